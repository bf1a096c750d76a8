// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

/** The range of a file that a {@link SequentialReader} reads: how far it has come, what is asked for next, and what has ended it. */
final class ReadRange {
    private static final int PAGE_BYTES = 4096;

    @SuppressWarnings("NullAway.Init") // comes with begin(): until then there is nothing to be read
    private AsyncFile file;

    /** Behind what was read, and behind the range. */
    private long position;

    private long end;

    /** By the end of the file, an error or a cancellation. */
    private boolean stopped;

    private boolean cancelled;

    void begin(AsyncFile newFile, long newPosition, long lengthBytes) {
        file = newFile;
        position = newPosition;
        end = lengthBytes > SequentialReader.TO_END - newPosition ? SequentialReader.TO_END : newPosition + lengthBytes;
        stopped = false;
        cancelled = false;
    }

    AsyncFile file() {
        return file;
    }

    long position() {
        return position;
    }

    boolean isAtEnd() {
        return stopped || position == end;
    }

    boolean isStopped() {
        return stopped;
    }

    long missingBytes() {
        return end - position;
    }

    /** As much of {@code mostBytes} as there is. */
    int atMost(int mostBytes) {
        return (int) Math.min(mostBytes, end - position);
    }

    /** Limits a buffer to what is to be read next: up to the end of a page of the file, if it is not the end of the range. */
    void limit(IoBuffer buffer, int pieceBytes) {
        final int from = buffer.bytes().position();
        final int room = Math.min(buffer.capacityBytes(), pieceBytes) - from;
        final long left = end - position;
        final int block = file.file.blockBytes();
        int wanted = room;
        if (left <= room) {
            wanted = (int) Math.min(room, (left + block - 1) / block * block);
        } else if (room > PAGE_BYTES) {
            wanted -= (int) ((position + room) % PAGE_BYTES);
        }
        buffer.bytes().limit(from + wanted);
    }

    void stop() {
        stopped = true;
    }

    void cancel() {
        stopped = true;
        cancelled = true;
    }

    /** All of it went on to a socket. */
    void sent() {
        position = end;
        stopped = true;
    }

    /** A read has found nothing more. */
    void foundTheEnd() {
        if (end == SequentialReader.TO_END) {
            end = position;
        }
        stopped = true;
    }

    /** So many bytes were read into {@code piece}, which is left with those of the range. */
    void read(IoBuffer piece, int readBytes) {
        final int wanted = (int) Math.min(readBytes, end - position);
        piece.bytes().position(piece.bytes().position() - (readBytes - wanted)).flip();
        position += wanted;
        if (position < end && file.file.endsDirect(position)) {
            end = end == SequentialReader.TO_END ? position : end;
            stopped = true;
        }
    }

    /** The last bytes that were read are to be read again. */
    void unread(int unusedBytes) {
        position -= unusedBytes;
        stopped &= unusedBytes == 0 || cancelled; // what ended the reading was behind it
    }
}
