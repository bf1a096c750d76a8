/**
 * What all operations have in common: their life from the begin to the release, the descriptor that they are on, whose close comes last, and the
 * small context that they know: port, limits, memory, admission, never who made them. Called by the rooms above and the face; not by servers, whose face of it is {@code dev.sluice.aio.AsyncDescriptor}.
 */
package dev.sluice.aio.operation;
