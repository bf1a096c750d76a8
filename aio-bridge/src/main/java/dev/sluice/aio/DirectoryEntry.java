// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

/**
 * An entry of a directory.
 *
 * @param name within the directory, as {@link RootDirectory} tells
 * @param type what the directory says that it is; a symbolic link is not followed
 */
public record DirectoryEntry(String name, Type type) {
    /** What an entry is. */
    public enum Type {
        /** A regular file. */
        FILE,
        /** A directory. */
        DIRECTORY,
        /** A symbolic link. */
        SYMBOLIC_LINK,
        /** A device, a named pipe or a socket. */
        OTHER,
        /** The file system does not tell: ask for the status. */
        UNKNOWN
    }
}
