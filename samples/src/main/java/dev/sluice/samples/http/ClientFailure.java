// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

/** Why there is no response. */
public enum ClientFailure {
    /** As many wait for a connection to this server as may: nothing was sent. */
    TOO_MANY_WAIT,

    /** No connection has become free in time: nothing was sent. */
    NO_CONNECTION_IN_TIME,

    /** The server does not take a connection: nothing was sent. */
    NOT_CONNECTED,

    /** The server has not taken a connection in time: nothing was sent. */
    NOT_CONNECTED_IN_TIME,

    /** The server has neither taken the request in nor answered in time. */
    NO_RESPONSE_IN_TIME,

    /** The connection has ended before the head of the response, or within it. */
    CONNECTION_LOST,

    /** What the server says is no response, or none to this request. */
    BAD_RESPONSE,

    /** The body of the request cannot be had: the server has a part of it. */
    NO_REQUEST_BODY
}
