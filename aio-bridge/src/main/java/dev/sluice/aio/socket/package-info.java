/**
 * Stream sockets: accepts, connects, transfers, messages with descriptors, and blocks that are received into. Called by the rooms above and the face; not by servers, whose face of it is {@code dev.sluice.aio.AsyncSocket}.
 */
package dev.sluice.aio.socket;
