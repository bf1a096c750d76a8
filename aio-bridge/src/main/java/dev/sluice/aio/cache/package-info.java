/**
 * Files that are kept open, and names that do not exist, until a watch tells that something has happened to what they rest on. Called by the rooms above and the face; not by servers, whose face of it is {@code dev.sluice.aio.OpenFileCache}.
 */
package dev.sluice.aio.cache;
