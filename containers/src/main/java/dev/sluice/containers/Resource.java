// SPDX-License-Identifier: Apache-2.0
package dev.sluice.containers;

/**
 * What a container, with all its descendants, can be limited in: each is something that is taken for a while and given back.
 * Who would take more waits, and holds up nobody else.
 */
public enum Resource {
    /**
     * Operations that the kernel has at a time: reads, and what a kernel worker carries out, as opens, stats and writes. What the page
     * cache is believed to have does not count.
     */
    DISK_OPERATIONS,

    /** Bytes of memory for buffers, leased and not released. */
    BUFFER_BYTES,

    /** Jobs that threads carry out at a time, since they wait and no operation of the kernel does them. */
    BLOCKING_JOBS,

    /**
     * Connections of clients. The library takes none by itself: a server takes one for each from an {@code Allowance} of its own, and gives
     * it back when the connection is closed.
     */
    CONNECTIONS,

    /**
     * Descriptors that are open, on their way to be opened or closed: files, sockets, listeners, watches. Who asks for one waits. What
     * exists already, as a socket that is adopted, and what is asked for at the start and does not wait, as a listener, counts too,
     * also beyond a limit.
     *
     * <p>A limit has room for all that one request holds at a time, as the socket of its client and the file that it is answered with: who
     * holds what others wait for, and waits in turn, waits for ever. So a class of N connections needs two for each, and an accept is
     * given room for no more clients than the queue has descriptors for their files too.
     */
    DESCRIPTORS;

    /**
     * Returns the number of this resource, for tables by resource.
     *
     * @return 0 for the first
     */
    @SuppressWarnings("EnumOrdinal") // nothing outlives the process by it, and an EnumMap boxes what is counted
    public int index() {
        return ordinal();
    }
}
