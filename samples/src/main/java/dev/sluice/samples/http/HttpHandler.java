// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.samples.http.wire.RequestReader;

/** What answers the requests of one connection, one after the other. */
@FunctionalInterface
public interface HttpHandler {
    /**
     * Returns a handler that wants every body: what an echo or a relay is, said in one lambda.
     *
     * @param handler answers each request
     * @return asks that
     */
    static HttpHandler ofBodies(HttpHandler handler) {
        return new HttpHandler() {
            @Override
            public void handle(Exchange exchange) {
                handler.handle(exchange);
            }

            @Override
            public boolean wantsBody(RequestReader head) {
                return true;
            }

            @Override
            public void ended() {
                handler.ended();
            }
        };
    }

    /**
     * Answers a request: now, or by and by as what it has started on {@link Exchange#operations()} ends. What it throws ends the connection. What is said after somebody
     * else has answered reaches nobody: the server, to a client whose body is malformed ({@code 400}) or does not come ({@code 408}), or as this
     * takes too long ({@code 503}).
     *
     * @param exchange the same for all requests of a connection
     */
    void handle(Exchange exchange);

    /**
     * Tells whether the body of a request is to be had: {@link #handle} is called when its head has come then, and pulls {@link
     * Exchange#requestBody()}. Otherwise it is read and forgotten, up to {@link
     * dev.sluice.samples.http.wire.RequestLimits#forgottenBodyBytes}, before {@link #handle} is called.
     *
     * @param head of a request that has a body; may be asked again
     * @return false unless overridden
     */
    default boolean wantsBody(RequestReader head) {
        return false;
    }

    /** The answer is sent, whoever gave it, or the client has gone: what was held for it is given back. Called once for each request. */
    default void ended() {}
}
