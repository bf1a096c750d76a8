// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * {@code struct iovec}: one buffer of several.
 *
 * <pre>
 *    0                       8                       16
 *   +-----------------------+-----------------------+
 * 0 | base                  | length                |
 *   +-----------------------+-----------------------+
 * </pre>
 */
public final class IovecLayout {

    /** Pointer. */
    public static final int BASE = 0;

    /** size_t, bytes. */
    public static final int LENGTH = 8;

    /** Size in bytes. */
    public static final int SIZE = 16;

    private IovecLayout() {}
}
