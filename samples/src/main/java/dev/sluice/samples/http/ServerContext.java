package dev.sluice.samples.http;

import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.RootDirectory;
import java.util.HashSet;
import java.util.Set;

/** What all connections of one loop share. Belongs to the loop's thread. */
final class ServerContext {
    final AsyncIo io;
    final RootDirectory root;
    final ServerCounters counters = new ServerCounters();
    final RequestParsers parsers = new RequestParsers();
    final RequestTarget target = new RequestTarget();
    final ResponseHeader header = new ResponseHeader();
    final MediaTypes mediaTypes = new MediaTypes();
    final Waiting waiting = new Waiting();
    final Set<Connection> connections = new HashSet<>();

    final TimeoutList idle;
    final TimeoutList request;
    final TimeoutList response;
    final TimeoutList linger;
    final TimeoutList drain;
    final TimeoutList acceptRetry = new TimeoutList(1_000_000_000L);

    private final TimeoutList[] timeouts;

    /** The time of this turn; timeouts need no better one. */
    long nowNs;

    /** No request is taken any more. */
    boolean draining;

    ServerContext(AsyncIo io, RootDirectory root, ServerOptions options) {
        this.io = io;
        this.root = root;
        idle = new TimeoutList(options.idleTimeout().toNanos());
        request = new TimeoutList(options.requestTimeout().toNanos());
        response = new TimeoutList(options.responseTimeout().toNanos());
        linger = new TimeoutList(options.lingerTimeout().toNanos());
        drain = new TimeoutList(options.drainTimeout().toNanos());
        timeouts = new TimeoutList[] {idle, request, response, linger, drain, acceptRetry};
        turn();
    }

    /** A new turn of the loop. */
    final void turn() {
        nowNs = System.nanoTime();
        header.setTime(System.currentTimeMillis());
    }

    /** Ends what has run out of time. */
    void sweep() {
        for (final TimeoutList list : timeouts) {
            list.sweep(nowNs);
        }
    }

    /** How long until something runs out of time, or {@link TimeoutList#NONE}. */
    long remainingNs() {
        long remainingNs = TimeoutList.NONE;
        for (final TimeoutList list : timeouts) {
            remainingNs = Math.min(remainingNs, list.remainingNs(nowNs));
        }
        return remainingNs;
    }
}
