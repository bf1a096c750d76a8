// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.AsyncSocket;
import dev.sluice.aio.protocol.Server;
import dev.sluice.aio.protocol.ServerPart;
import dev.sluice.samples.http.wire.RequestLimits;
import dev.sluice.samples.http.wire.RequestReaders;
import dev.sluice.samples.http.wire.ResponseHeader;
import dev.sluice.samples.net.Guest;
import dev.sluice.samples.net.Place;
import dev.sluice.samples.net.Reception;
import java.net.InetSocketAddress;
import java.util.function.Function;

/** Speaks HTTP/1.1 with those that are let in: what its connections share. Belongs to the thread of its server. */
public final class HttpServer implements Reception, ServerPart {
    final Server server;
    final LoopThread thread = new LoopThread();
    final HttpTimeouts timeouts;
    final HttpCounters counters = new HttpCounters();
    final RequestReaders readers;
    final ResponseHeader header = new ResponseHeader();
    final Function<Exchange, HttpHandler> handlers;

    /** The time of this turn; time-outs need no better one. */
    long nowNs;

    /**
     * Adds itself to a server.
     *
     * @param server has the loop
     * @param timeouts for everybody
     * @param limits of requests
     * @param handlers makes what answers the requests of one connection
     */
    public HttpServer(
            Server server, HttpTimeouts timeouts, RequestLimits limits, Function<Exchange, HttpHandler> handlers) {
        this.server = server;
        this.timeouts = timeouts;
        this.handlers = handlers;
        readers = new RequestReaders(limits);
        server.add(this);
        turnBegins();
    }

    @Override
    public Guest enter(AsyncSocket socket, InetSocketAddress peer, Place place) {
        counters.connections++;
        return server.serve(
                socket,
                place.clients().child(peer.getAddress().getHostAddress() + ":" + peer.getPort()),
                link -> new ServerConnection(this, link, place, peer));
    }

    @Override
    public void turnBegins() {
        nowNs = server.events().nanoTime();
        header.setTime(System.currentTimeMillis());
    }

    /** Its connections are the server's. */
    @Override
    public boolean isStopped(boolean isLast) {
        return true;
    }

    /**
     * Returns what was done.
     *
     * @return always the same object
     */
    public HttpCounters counters() {
        return counters;
    }

    /**
     * Returns what writes heads, and knows the time of this turn.
     *
     * @return always the same object
     */
    public ResponseHeader header() {
        return header;
    }
}
