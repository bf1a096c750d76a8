package dev.sluice.uring;

import dev.sluice.uring.sys.SqeLayout;
import java.nio.ByteBuffer;

/** What an entry asks for, copied out of it by a ring that carries it out itself. */
class RingRequest {
    long userData;
    int opcode;
    int flags;
    int ioprio;
    int fd;
    long address;
    int length;
    long offset;
    int operationFlags;

    /** Takes over what an {@link Sqe} has prepared, where {@code index} counts entries. */
    final void copyFrom(ByteBuffer entries, int index) {
        final int start = index * SqeLayout.SIZE;
        userData = entries.getLong(start + SqeLayout.USER_DATA);
        opcode = Byte.toUnsignedInt(entries.get(start + SqeLayout.OPCODE));
        flags = Byte.toUnsignedInt(entries.get(start + SqeLayout.FLAGS));
        ioprio = Short.toUnsignedInt(entries.getShort(start + SqeLayout.IOPRIO));
        fd = entries.getInt(start + SqeLayout.FD);
        address = entries.getLong(start + SqeLayout.ADDRESS);
        length = entries.getInt(start + SqeLayout.LENGTH);
        offset = entries.getLong(start + SqeLayout.OFFSET);
        operationFlags = entries.getInt(start + SqeLayout.OPERATION_FLAGS);
    }
}
