/**
 * What every protocol needs and none is about: a thin layer for who writes one, on the public face alone. Nothing here must be used.
 *
 * <ul>
 *   <li>{@link dev.sluice.aio.protocol.Connection} and {@link dev.sluice.aio.protocol.FramedConnection}: one client, from its first byte to the
 *       last call that says that the kernel holds nothing of it any more;
 *   <li>{@link dev.sluice.aio.protocol.OutboundQueue}: what is to be sent, in order, with a high and a low mark;
 *   <li>{@link dev.sluice.aio.protocol.Frames}: lines, and frames that begin with their length, found in blocks as they come;
 *   <li>{@link dev.sluice.aio.protocol.InFlight}: operations of one owner, each with a handler of its own; what the queue has no room for is
 *       started later;
 *   <li>{@link dev.sluice.aio.protocol.Transport}: how the bytes come and go, a socket as a rule;
 *   <li>{@link dev.sluice.aio.protocol.Server}: a loop with listeners, which stops by finishing what is begun.
 * </ul>
 *
 * <p>A first program sends back what it receives, reads no faster than it is read, and lets every client finish on SIGTERM:
 *
 * <pre>{@code
 * try (Server server = Server.open()) {
 *     server.listen(address, server.container(), link -> new Connection(link) {
 *         @Override
 *         protected void received(IoBuffer block) {
 *             out().send(block);
 *         }
 *     });
 *     server.stopOnSignal();
 *     server.run();
 * }
 * }</pre>
 */
@NullMarked
package dev.sluice.aio.protocol;

import org.jspecify.annotations.NullMarked;
