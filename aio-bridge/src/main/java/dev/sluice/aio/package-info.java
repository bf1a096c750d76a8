/**
 * Files, sockets and what else a server waits for, as operations whose completions arrive on an event queue: the face that servers use. Begin
 * with {@link dev.sluice.aio.AsyncIo}.
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
package dev.sluice.aio;
