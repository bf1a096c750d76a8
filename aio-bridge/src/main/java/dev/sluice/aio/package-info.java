/**
 * Files, sockets and what else a server waits for, as operations whose completions arrive on an event queue: the face that servers use. Begin
 * with {@link dev.sluice.aio.AsyncIo}.
 *
 * <p><b>Who handles an event.</b> What is attached to an operation may be anything; {@link dev.sluice.events.EventLoop} calls it if it is an
 * {@link dev.sluice.events.EventHandler}. What is started on an open descriptor has two forms: one that names container and attachment, and a
 * short one for what was {@linkplain dev.sluice.aio.AsyncDescriptor#declareInterest declared}. For a handler of its own, such as a lambda,
 * there is the same descriptor seen through {@code handledBy(handler)}, which has all the short forms: {@code
 * file.handledBy(this::readEnded).read(buffer, 0L)}. So there is one form more, not one for each operation, and what is kept of it, as a
 * field, costs nothing when it is used. What has no open descriptor - an open, a connect, names, jobs, turns in a line - and what makes
 * something that brings events - a listener, watches, a cache, signals - takes a handler in place of the attachment. Null attaches nothing.
 *
 * <p>Who writes a protocol stands on {@link dev.sluice.aio.protocol}, which needs no more than this face.
 *
 * <p>The other packages below do the work and are not for servers: they may change at any time. From the ground up, each sees only those before
 * it:
 *
 * <pre>
 *   line        what there is a bounded amount of, and the lines of who waits for it
 *   memory      the arena and its blocks
 *   disk        admission: which operation may go to a disk, and when
 *   process     signals, child exits and jobs that wait
 *   operation   the life of an operation, the descriptor that it is on, the context that it knows
 *   file        files and names below a root
 *   socket      sockets, and blocks that are received into
 *   watch       changes of files, roots that move, pressure on memory
 *   cache       files that are kept open
 * </pre>
 */
@NullMarked
package dev.sluice.aio;

import org.jspecify.annotations.NullMarked;
