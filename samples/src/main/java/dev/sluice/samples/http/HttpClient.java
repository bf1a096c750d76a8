// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.protocol.Server;
import dev.sluice.aio.protocol.ServerPart;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.samples.http.wire.RequestLimits;
import dev.sluice.samples.http.wire.ResponseReaders;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Speaks HTTP/1.1 with servers, and keeps connections for the next request. Belongs to the thread of its server.
 *
 * <pre>{@code
 * client.request(origin, container, new ClientRequest("GET", "/", fields), new ResponseHandler() {
 *     public void response(ResponseReader head, Body body) { ... body.pull(taker) ... }
 *     public void failed(ClientFailure failure, String why) { ... }
 * });
 * }</pre>
 *
 * <p>What is asked for begins between two turns of the loop: those of the highest band first, and within a band who has asked first. Who finds all
 * connections to a server in use waits in that order.
 *
 * <p>A server may close a connection that was kept just as a request is sent. If nothing of a response has come, a request that may be sent twice, and
 * has no body, is sent again, once, on a new connection. Others fail.
 *
 * <p>When the server stops, idle connections are closed, and requests that were begun are answered; new ones are taken all the same, for who needs
 * them to end.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-9.3">RFC 9112, 9.3: persistence</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2">RFC 9110, 9.2.2: idempotent methods</a>
 */
public final class HttpClient implements ServerPart {
    final Server server;
    final LoopThread thread = new LoopThread();
    final ClientTimeouts timeouts;
    final ClientLimits limits;

    /** All that are idle, the longest first. */
    final Set<ClientConnection> idle = new LinkedHashSet<>();

    /** The time of this turn; deadlines need no better one. */
    long nowNs;

    private final ResourceContainer container;
    private final Map<InetSocketAddress, Origin> origins = new HashMap<>();

    /** Where somebody who waits may have a connection now. */
    private final Set<Origin> ready = new LinkedHashSet<>();

    /** Not in use: an idle connection has none. */
    final ResponseReaders readers;

    private long calls;

    /**
     * Adds itself to a server.
     *
     * @param server has the loop
     * @param container above those of the servers that are asked, which are charged for what is done for no request, as for idle connections
     * @param timeouts for all
     * @param limits of connections
     * @param responses beyond which they are refused
     */
    public HttpClient(
            Server server,
            ResourceContainer container,
            ClientTimeouts timeouts,
            ClientLimits limits,
            RequestLimits responses) {
        this.server = server;
        this.container = container;
        this.timeouts = timeouts;
        this.limits = limits;
        readers = new ResponseReaders(responses);
        server.add(this);
        turnBegins();
    }

    /**
     * Sends a request.
     *
     * @param address of the server, resolved
     * @param charged for all that is done for the request, at its priority and within its limits: until the response has come the connection is a
     *     child of it. Of the same tree; what is done after it is closed is charged to the server's
     * @param request of which the body is this client's from now on
     * @param handler told what becomes of it; within this call only that too many wait
     * @return to abort it
     * @throws IllegalArgumentException if the address is not resolved
     * @throws IllegalStateException if the calling thread is not that of the server
     */
    public ClientCall request(
            InetSocketAddress address, ResourceContainer charged, ClientRequest request, ResponseHandler handler) {
        thread.check();
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("the address is not resolved: " + address);
        }
        Objects.requireNonNull(handler, "handler");
        final Origin origin = origins.computeIfAbsent(
                address, a -> new Origin(this, a, container.child(a.getHostString() + ":" + a.getPort())));
        final ClientCall call = new ClientCall(origin, charged, request, handler, calls++);
        if (!origin.add(call)) {
            call.fail(ClientFailure.TOO_MANY_WAIT, "too many wait for a connection to " + origin);
        }
        return call;
    }

    @Override
    public void turnBegins() {
        nowNs = server.events().nanoTime();
    }

    /** What throws closes its connection, whose event brings the next turn, and with it that of the others. */
    @Override
    public void betweenTurns() {
        while (!ready.isEmpty()) {
            turnBegins();
            final Origin next = ready.iterator().next();
            ready.remove(next);
            next.dispatch();
            dropIfUnused(next);
        }
        while (idle.size() > limits.idleConnections()) {
            idle.iterator().next().leave();
        }
    }

    /** Its connections are the server's. */
    @Override
    public boolean isStopped(boolean isLast) {
        return origins.values().stream().allMatch(Origin::isQuiet);
    }

    void dispatchSoon(Origin origin) {
        ready.add(origin);
    }

    void dropIfUnused(Origin origin) {
        if (origin.isUnused() && origins.remove(origin.address, origin)) {
            ready.remove(origin);
            origin.container.close();
        }
    }

    /**
     * Returns how many connections are kept for later.
     *
     * @return to all servers together
     */
    public int idleConnections() {
        return idle.size();
    }
}
