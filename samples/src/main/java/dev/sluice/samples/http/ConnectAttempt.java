// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.AsyncSocket;
import dev.sluice.aio.protocol.InFlight;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.uring.linux.Errno;

/** A connection that is being made, for one call. If that is given up and a connection comes of it all the same, it is idle. */
final class ConnectAttempt {
    private final Origin origin;
    private final HttpClient client;
    private final ResourceContainer container;
    private final AsyncSocket socket;
    private final InFlight operations;

    /** Null once it is given up. */
    private ClientCall call;

    ConnectAttempt(Origin origin, ClientCall call) {
        this.origin = origin;
        this.call = call;
        client = origin.client;
        container = origin.container.child("connection");
        socket = client.server.io().newSocket();
        operations = new InFlight(client.server.events(), client.server.io(), container, () -> {});
    }

    void start() {
        call.connects(this);
        charge(container, call);
        operations.start(a -> socket.connect(origin.address, container, a), this::ended, client.timeouts.connectNs());
    }

    /** Has what is done from now on be a call's, unless who is to be charged has gone. */
    static void charge(ResourceContainer connection, ClientCall call) {
        if (!call.charged.isClosed()) {
            connection.setParent(call.charged);
        }
    }

    private void ended(Event event) {
        origin.attemptEnded();
        if (event.failed()) {
            failed(event.errno());
        } else {
            final ClientConnection connection =
                    client.server.serve(socket, container, link -> new ClientConnection(client, origin, link));
            if (call == null) {
                connection.becomeIdle();
            } else {
                connection.begin(call);
            }
        }
    }

    private void failed(int errno) {
        container.close();
        origin.connectionLeft();
        if (call != null) {
            call.fail(
                    errno == Errno.ETIME ? ClientFailure.NOT_CONNECTED_IN_TIME : ClientFailure.NOT_CONNECTED,
                    Errno.describe("connect", origin.toString(), errno));
        }
    }

    void giveUp() {
        call = null;
        container.setParent(origin.container);
        operations.cancelAll();
        if (operations.count() == 0) { // it was not started: no event comes of it
            origin.attemptEnded();
            container.close();
            origin.connectionLeft();
        }
    }
}
