/**
 * Files and names: opens below a root, transfers, what is asked of a file as a whole, and operations on paths, each admitted to its disk. Called by the rooms above and the face; not by servers, whose face of it is {@code dev.sluice.aio.AsyncFile}.
 */
package dev.sluice.aio.file;
