/**
 * What is noticed without asking: changes of files and directories, where the path of a root leads, pressure on memory. Called by the rooms above and the face; not by servers, whose face of it is {@code dev.sluice.aio.FileWatches}.
 */
package dev.sluice.aio.watch;
