// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.samples.http.wire.ResponseReader;

/**
 * Who is told what becomes of a request: one of {@link #response} and {@link #failed}, once; nothing any more after {@link ClientCall#abort()}. What
 * it throws ends the connection of this request and no other. Called on the thread of the server.
 */
public interface ResponseHandler {
    /**
     * The server says something before the response: 1xx but 101. Does nothing unless overridden.
     *
     * @param head valid during the call
     */
    default void interim(ResponseReader head) {}

    /**
     * The head of the response has come.
     *
     * @param head valid during the call
     * @param body to be pulled up to its end, or aborted: until then the connection is not free for another request, unless there is no
     *     content, or all of it has come. What is missing of it, who pulls is told
     */
    void response(ResponseReader head, Body body);

    /**
     * There is no response.
     *
     * @param failure what kind of failure
     * @param why in words, for a log
     */
    void failed(ClientFailure failure, String why);
}
