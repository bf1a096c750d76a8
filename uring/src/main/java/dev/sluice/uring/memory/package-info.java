/**
 * Memory outside the heap that the kernel can reach, and the structures that are written in it for a call or read from it after one. For
 * everybody.
 */
@NullMarked
package dev.sluice.uring.memory;

import org.jspecify.annotations.NullMarked;
