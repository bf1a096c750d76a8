// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

/** What a server goes by when it says that a file is the one that a client has. */
public enum Identity {
    /**
     * Size, time of modification, time of change and inode: whatever is done to a file, however its times are set, it is another one. Two
     * servers with copies of a file say different things of it.
     */
    CHANGE_TIME,

    /**
     * Size and time of modification alone, as where several servers have the same tree, copied with its times: all of them say the same.
     * A file that is replaced by another one of the same size and time of modification is not noticed.
     */
    SIZE_AND_MODIFICATION
}
