// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

/** What answers the requests of one connection, one after the other. */
@FunctionalInterface
public interface HttpHandler {
    /**
     * Answers a request: now, or by and by as what it has started on {@link Exchange#operations()} ends. What it throws ends the connection.
     *
     * @param exchange the same for all requests of a connection
     */
    void handle(Exchange exchange);

    /** The answer is sent, whoever gave it, or the client has gone: what was held for it is given back. Called once for each request. */
    default void ended() {}
}
