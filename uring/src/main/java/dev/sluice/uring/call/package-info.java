/**
 * System calls beside the ring, made at once by the calling thread, on descriptors: opening, closing, asking, listening. For everybody; each
 * method says whether it may wait.
 */
@NullMarked
package dev.sluice.uring.call;

import org.jspecify.annotations.NullMarked;
