// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.base;

import dev.sluice.uring.Sqe;
import dev.sluice.uring.sys.SqeLayout;
import java.nio.ByteBuffer;

/** What an entry asks for, copied out of it by a ring that carries it out itself. */
public class RingRequest {
    public long userData;
    public int opcode;
    public int flags;
    public int ioprio;
    public int fd;
    public long address;
    public int length;
    public long offset;
    public int operationFlags;
    public long address3;

    /** Takes over what an {@link Sqe} has prepared, where {@code index} counts entries. */
    public final void copyFrom(ByteBuffer entries, int index) {
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
        address3 = entries.getLong(start + SqeLayout.ADDRESS_3);
    }
}
