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

    /**
     * The answer has not begun within the time that there is for it, as a disk hangs: it is {@code 503} now, and {@link
     * Exchange#operations()} are cancelled. What comes of them is to be given back.
     */
    default void tooLate() {}
}
