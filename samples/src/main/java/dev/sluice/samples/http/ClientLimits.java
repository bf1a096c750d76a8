// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

/**
 * How many connections a client has, and who waits for one.
 *
 * @param connectionsPerOrigin at a time to one server, in use, idle, or being made
 * @param idleConnections to all servers together: the one that has been idle longest is closed then
 * @param waitingPerOrigin requests beyond those that have a connection; one more is refused at once
 */
public record ClientLimits(int connectionsPerOrigin, int idleConnections, int waitingPerOrigin) {
    /** 64, 256, 1024. */
    public static final ClientLimits USUAL = new ClientLimits(64, 256, 1024);

    /**
     * Checks them.
     *
     * @param connectionsPerOrigin at least 1
     * @param idleConnections at least 0: none is kept
     * @param waitingPerOrigin at least 0
     * @throws IllegalArgumentException if one is less
     */
    public ClientLimits {
        check("connectionsPerOrigin", connectionsPerOrigin, 1);
        check("idleConnections", idleConnections, 0);
        check("waitingPerOrigin", waitingPerOrigin, 0);
    }

    private static void check(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ": " + name + "=" + value);
        }
    }
}
