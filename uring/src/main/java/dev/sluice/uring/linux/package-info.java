/**
 * The words of Linux, by its own names: errors, flags, modes and masks that system calls take and answer. Numbers and names only, no call. For
 * everybody.
 */
@NullMarked
package dev.sluice.uring.linux;

import org.jspecify.annotations.NullMarked;
