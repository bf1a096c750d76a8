// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.uring.Opcode;

/** The operations of the bridge that a fault sweep goes through, each with the kernel's operations that it consists of. */
enum SweptOperation {
    OPEN(Opcode.OPENAT2),
    OPEN_COLD(true, Opcode.OPENAT2, Opcode.OPENAT2),
    OPEN_THAT_CREATES(Opcode.OPENAT2),
    OPEN_THAT_TRUNCATES(Opcode.OPENAT2),
    READ(Opcode.READ),
    READ_COLD(Opcode.READ),
    READ_FULLY(Opcode.READ),
    READ_FULLY_TO_THE_END(Opcode.READ, Opcode.READ),
    READ_VECTORED(Opcode.READV),
    WRITE_VECTORED(Opcode.WRITEV),
    WRITE(Opcode.WRITE),
    WRITE_FULLY(Opcode.WRITE),
    STATX(Opcode.STATX),
    FSYNC(Opcode.FSYNC),
    FDATASYNC(Opcode.FSYNC),
    ALLOCATE(Opcode.FALLOCATE),
    TRUNCATE(Opcode.FTRUNCATE),
    ADVISE(Opcode.FADVISE),
    PATH_STATX(Opcode.OPENAT2),
    PATH_STATX_COLD(true, Opcode.OPENAT2, Opcode.OPENAT2),
    RENAME(Opcode.OPENAT2, Opcode.OPENAT2, Opcode.RENAMEAT),
    RENAME_COLD(true, Opcode.OPENAT2, Opcode.OPENAT2, Opcode.OPENAT2, Opcode.RENAMEAT),
    LINK(Opcode.OPENAT2, Opcode.OPENAT2, Opcode.LINKAT),
    LINK_COLD(true, Opcode.OPENAT2, Opcode.OPENAT2, Opcode.OPENAT2, Opcode.LINKAT),
    SYMLINK(Opcode.OPENAT2, Opcode.SYMLINKAT),
    SYMLINK_COLD(true, Opcode.OPENAT2, Opcode.OPENAT2, Opcode.SYMLINKAT),
    UNLINK(Opcode.OPENAT2, Opcode.UNLINKAT),
    UNLINK_COLD(true, Opcode.OPENAT2, Opcode.OPENAT2, Opcode.UNLINKAT),
    REMOVE_DIRECTORY(Opcode.OPENAT2, Opcode.UNLINKAT),
    REMOVE_DIRECTORY_COLD(true, Opcode.OPENAT2, Opcode.OPENAT2, Opcode.UNLINKAT),
    MAKE_DIRECTORY(Opcode.OPENAT2, Opcode.MKDIRAT),
    MAKE_DIRECTORY_COLD(true, Opcode.OPENAT2, Opcode.OPENAT2, Opcode.MKDIRAT),
    READ_ATTRIBUTE(Opcode.OPENAT2, Opcode.GETXATTR),
    READ_ATTRIBUTE_COLD(true, Opcode.OPENAT2, Opcode.OPENAT2, Opcode.GETXATTR),
    WRITE_ATTRIBUTE(Opcode.OPENAT2, Opcode.SETXATTR),
    WRITE_ATTRIBUTE_COLD(true, Opcode.OPENAT2, Opcode.OPENAT2, Opcode.SETXATTR),
    SEND(Opcode.SEND),
    SEND_SOME(Opcode.SEND),
    AWAIT_READINESS(Opcode.POLL_ADD),
    RECEIVE(Opcode.RECV),
    RECEIVE_THAT_WAITS(Opcode.RECV),
    SHUTDOWN(Opcode.SHUTDOWN),
    SEND_FILE(Opcode.READ, Opcode.SEND),
    CONNECT(Opcode.CONNECT),
    CONNECT_TO_A_PATH(Opcode.CONNECT),
    ACCEPT(Opcode.ACCEPT),
    ACCEPT_ONE(Opcode.ACCEPT),
    ACCEPT_SOCKETS(Opcode.ACCEPT),
    FILE_WATCHES(Opcode.POLL_ADD),
    CACHED_OPEN(Opcode.OPENAT2, Opcode.OPENAT2, Opcode.OPENAT2, Opcode.OPENAT2),
    CLOSE_FILE(Opcode.CLOSE),
    CLOSE_SOCKET(Opcode.CLOSE),
    CLOSE_LISTENER(Opcode.CLOSE),
    CLOSE_GRACEFULLY(Opcode.RECV, Opcode.SHUTDOWN, Opcode.RECV, Opcode.CLOSE),
    DISCARD(Opcode.CLOSE);

    /** The first step is answered as by caches that have nothing; it is asked again of a worker. */
    final boolean cold;

    @SuppressWarnings("ImmutableEnumChecker") // nobody writes to it
    final int[] steps;

    SweptOperation(int... steps) {
        this(false, steps);
    }

    SweptOperation(boolean cold, int... steps) {
        this.cold = cold;
        this.steps = steps;
    }

    /** So many of its first steps answer with a new descriptor. */
    int descriptorSteps() {
        int count = 0;
        while (count < steps.length && (steps[count] == Opcode.OPENAT2 || steps[count] == Opcode.ACCEPT)) {
            count++;
        }
        return count;
    }

    /** Goes on after a step until it fails or is ended, or has no event that would tell its end. */
    boolean hasNoEndOfItsOwn() {
        return this == ACCEPT || this == ACCEPT_ONE || this == ACCEPT_SOCKETS || this == FILE_WATCHES || !hasEvent();
    }

    boolean hasEvent() {
        return this != DISCARD;
    }

    /** The public method that it is. */
    String method() {
        return switch (this) {
            case OPEN, OPEN_COLD, OPEN_THAT_CREATES, OPEN_THAT_TRUNCATES -> "AsyncFile.open";
            case READ, READ_COLD, READ_VECTORED -> "FileContent.read";
            case READ_FULLY, READ_FULLY_TO_THE_END -> "FileContent.readFully";
            case WRITE, WRITE_VECTORED -> "FileContent.write";
            case WRITE_FULLY -> "FileContent.writeFully";
            case STATX -> "AsyncFile.statx";
            case FSYNC -> "AsyncFile.fsync";
            case FDATASYNC -> "AsyncFile.fdatasync";
            case ALLOCATE -> "AsyncFile.allocate";
            case TRUNCATE -> "AsyncFile.truncate";
            case ADVISE -> "AsyncFile.advise";
            case DISCARD -> "AsyncFile.discard";
            case PATH_STATX, PATH_STATX_COLD -> "AsyncPaths.statx";
            case RENAME, RENAME_COLD -> "AsyncPaths.rename";
            case LINK, LINK_COLD -> "AsyncPaths.link";
            case SYMLINK, SYMLINK_COLD -> "AsyncPaths.symlink";
            case UNLINK, UNLINK_COLD -> "AsyncPaths.unlink";
            case REMOVE_DIRECTORY, REMOVE_DIRECTORY_COLD -> "AsyncPaths.removeDirectory";
            case MAKE_DIRECTORY, MAKE_DIRECTORY_COLD -> "AsyncPaths.makeDirectory";
            case READ_ATTRIBUTE, READ_ATTRIBUTE_COLD -> "AsyncAttributes.read";
            case WRITE_ATTRIBUTE, WRITE_ATTRIBUTE_COLD -> "AsyncAttributes.write";
            case SEND -> "SocketStream.send";
            case SEND_SOME -> "SocketStream.sendSome";
            case AWAIT_READINESS -> "SocketStream.awaitReadiness";
            case RECEIVE, RECEIVE_THAT_WAITS -> "SocketStream.receive";
            case SHUTDOWN -> "AsyncSocket.shutdown";
            case SEND_FILE -> "SocketStream.sendFile";
            case CONNECT, CONNECT_TO_A_PATH -> "AsyncSocket.connect";
            case ACCEPT, ACCEPT_ONE -> "AsyncListener.accept";
            case ACCEPT_SOCKETS -> "AsyncListener.acceptSockets";
            case CLOSE_GRACEFULLY -> "AsyncSocket.closeGracefully";
            case FILE_WATCHES -> "FileWatch.start";
            case CACHED_OPEN -> "OpenFileCache.open";
            case CLOSE_FILE, CLOSE_SOCKET, CLOSE_LISTENER -> "AsyncDescriptor.close";
        };
    }

    boolean isOnDisk() {
        return switch (steps[0]) {
            case Opcode.ACCEPT,
                    Opcode.CONNECT,
                    Opcode.RECV,
                    Opcode.SEND,
                    Opcode.RECVMSG,
                    Opcode.SENDMSG,
                    Opcode.SHUTDOWN,
                    Opcode.POLL_ADD,
                    Opcode.CLOSE -> false;
            default -> true;
        };
    }

    boolean isOnAnAttribute() {
        return steps[steps.length - 1] == Opcode.GETXATTR || steps[steps.length - 1] == Opcode.SETXATTR;
    }

    boolean isClose() {
        return steps[0] == Opcode.CLOSE || this == CLOSE_GRACEFULLY;
    }

    /** Whether it works on something open, whose close ends it. */
    boolean hasDescriptor() {
        return !isClose() && steps[0] != Opcode.OPENAT2 && steps[0] != Opcode.CONNECT;
    }

    /** Whether {@link AsyncIo#cancel} knows it: all that have an id and are no close. */
    boolean isCancellable() {
        return !isClose() && this != FILE_WATCHES && this != CACHED_OPEN;
    }
}
