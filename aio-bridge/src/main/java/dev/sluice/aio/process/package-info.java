/**
 * What comes to a queue from other threads of the process: signals, exits of children, and the outcomes of jobs that wait. Each is an
 * operation that the ring never sees, under {@code dev.sluice.aio.line}. Called by the face, and by what has jobs; not by servers, whose face
 * of it is {@code dev.sluice.aio.AsyncIo} and {@code BlockingWork}.
 */
package dev.sluice.aio.process;
