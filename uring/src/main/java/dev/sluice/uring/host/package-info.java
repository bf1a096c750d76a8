/**
 * What this host lets a process do, asked before the first client comes, and the cause and the remedy where it does not. Not for users: called by
 * the packages of the ring above, and by {@code dev.sluice.aio} before its first native call.
 */
@NullMarked
package dev.sluice.uring.host;

import org.jspecify.annotations.NullMarked;
