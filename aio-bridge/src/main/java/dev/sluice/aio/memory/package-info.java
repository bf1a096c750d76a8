/**
 * Memory that the kernel reads and fills: the arena and its blocks, blocks that several use, what other threads give back, and how much
 * there may be. Blocks are charged and waited for by {@code dev.sluice.aio.line}. Called by the operations above; not by servers, whose face
 * of it is {@code dev.sluice.aio.BufferArena} and {@code IoBuffer}.
 */
package dev.sluice.aio.memory;
