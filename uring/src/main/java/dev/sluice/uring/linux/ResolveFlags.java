// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.linux;

/**
 * How openat2(2) walks a path (RESOLVE_*), for {@link dev.sluice.uring.memory.OpenHow}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>
 */
public final class ResolveFlags {

    /** Does not cross mount points: EXDEV; 5.6. */
    public static final long RESOLVE_NO_XDEV = 0x01;

    /** Does not follow links such as /proc/PID/fd: ELOOP; 5.6. */
    public static final long RESOLVE_NO_MAGICLINKS = 0x02;

    /** Follows no symbolic link: ELOOP; 5.6. */
    public static final long RESOLVE_NO_SYMLINKS = 0x04;

    /** The walk may not leave the tree below the directory descriptor, by dot-dot, link or absolute path: EXDEV; 5.6. */
    public static final long RESOLVE_BENEATH = 0x08;

    /** The directory descriptor is the root of the walk; 5.6. */
    public static final long RESOLVE_IN_ROOT = 0x10;

    /** Only if the walk needs no disk: EAGAIN otherwise; 5.12. */
    public static final long RESOLVE_CACHED = 0x20;

    private ResolveFlags() {}
}
