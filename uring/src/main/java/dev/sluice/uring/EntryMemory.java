// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.sys.SqeLayout;
import java.nio.ByteBuffer;

/**
 * The part of {@link Sqe} that moves over an array of entries and writes their fields. Its operations stand
 * in classes by subject, each on top of the one before, for a class extends one other: names, open files, sockets, and the rest in Sqe.
 */
abstract sealed class EntryMemory permits PathEntry {

    /** For operations without a descriptor, as liburing sets it. */
    static final int NO_FD = -1;

    private ByteBuffer entries;
    private int base;

    /** The entry holds a request of its own, not operands of an earlier one. */
    private boolean prepared = true;

    /** A flyweight over an array of entries in native order, not yet on any of them. */
    EntryMemory(ByteBuffer entries) {
        this.entries = entries;
    }

    private Sqe self() {
        return (Sqe) this;
    }

    /**
     * Moves to an entry, which still holds the request it was last used for, and zeroes what {@link #prep} leaves alone:
     * zeroing all of it made a NOP 4 percent dearer.
     */
    final Sqe claim(int index) {
        settle();
        prepared = false;
        final ByteBuffer memory = entries;
        final int start = index * SqeLayout.SIZE;
        memory.putLong(start, 0L);
        for (int i = SqeLayout.USER_DATA; i < SqeLayout.SIZE; i += Long.BYTES) {
            memory.putLong(start + i, 0L);
        }
        base = start;
        return self();
    }

    /** Makes a NOP of an entry that nobody has prepared. */
    final void settle() {
        if (!prepared) {
            prep(Opcode.NOP, NO_FD, 0L, 0, 0L, 0);
        }
    }

    /** Takes over what was prepared elsewhere. */
    final void copyFrom(ByteBuffer others, int index) {
        final int from = index * SqeLayout.SIZE;
        for (int i = 0; i < SqeLayout.SIZE; i += Long.BYTES) {
            entries.putLong(base + i, others.getLong(from + i));
        }
        prepared = true;
    }

    /** Puts other memory in place of the entries. */
    final void attach(ByteBuffer entries) {
        prepared = true;
        this.entries = entries;
        this.base = 0;
    }

    /**
     * Sets what the completion will carry.
     *
     * @param userData any 64 bits
     * @return this
     */
    public final Sqe userData(long userData) {
        entries.putLong(base + SqeLayout.USER_DATA, userData);
        return self();
    }

    /**
     * Sets the entry's flags, in place of any set before. Not after {@link Sqe#prepRecvMultishot}, which keeps its own flag there.
     *
     * @param flags {@link SqeFlags}
     * @return this
     */
    public final Sqe flags(int flags) {
        entries.put(base + SqeLayout.FLAGS, (byte) flags);
        return self();
    }

    /**
     * Sets the I/O priority of a read or write, or the flags of a send or receive ({@link SocketFlags#RECVSEND_POLL_FIRST}). Not after
     * {@link Sqe#prepAcceptMultishot} and {@link Sqe#prepRecvMultishot}, which keep their own flags there.
     *
     * @param ioprio 16 bits, as ioprio_set(2) packs class and level
     * @return this
     */
    public final Sqe ioprio(int ioprio) {
        entries.putShort(base + SqeLayout.IOPRIO, (short) ioprio);
        return self();
    }

    final Sqe bufferIndex(int indexOrGroup) {
        entries.putShort(base + SqeLayout.BUFFER_INDEX, (short) indexOrGroup);
        return self();
    }

    final Sqe address3(long address) {
        entries.putLong(base + SqeLayout.ADDRESS_3, address);
        return self();
    }

    /** Writes all from the descriptor to the operation's flags. */
    final Sqe prep(int opcode, int fd, long address, int length, long offset, int operationFlags) {
        final ByteBuffer memory = entries;
        final int start = base;
        memory.put(start + SqeLayout.OPCODE, (byte) opcode);
        memory.putInt(start + SqeLayout.FD, fd);
        memory.putLong(start + SqeLayout.OFFSET, offset);
        memory.putLong(start + SqeLayout.ADDRESS, address);
        memory.putInt(start + SqeLayout.LENGTH, length);
        memory.putInt(start + SqeLayout.OPERATION_FLAGS, operationFlags);
        prepared = true;
        return self();
    }
}
