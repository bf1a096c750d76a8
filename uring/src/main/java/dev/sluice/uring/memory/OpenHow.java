// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.memory;

import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.ResolveFlags;
import dev.sluice.uring.sys.OpenHowLayout;
import java.nio.ByteBuffer;

/**
 * Writes {@code struct open_how}, the argument of openat2(2).
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>
 */
public final class OpenHow {

    /** Size of the structure in bytes. */
    public static final int SIZE_BYTES = OpenHowLayout.SIZE;

    private OpenHow() {}

    /**
     * Writes the structure. The kernel reads it when the entry is submitted; keep it until the completion all the same.
     *
     * @param memory in native order
     * @param offset where in {@code memory}, a multiple of 8
     * @param flags {@link OpenFlags}; unknown bits are refused with EINVAL
     * @param mode permission bits of a created file; must be 0 without O_CREAT or O_TMPFILE
     * @param resolve {@link ResolveFlags}
     * @throws IndexOutOfBoundsException if it does not fit
     */
    public static void write(ByteBuffer memory, int offset, long flags, long mode, long resolve) {
        memory.putLong(offset + OpenHowLayout.FLAGS, flags);
        memory.putLong(offset + OpenHowLayout.MODE, mode);
        memory.putLong(offset + OpenHowLayout.RESOLVE, resolve);
    }
}
