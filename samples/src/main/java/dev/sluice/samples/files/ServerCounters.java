// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.OpenFileCache;
import dev.sluice.aio.protocol.Server;
import dev.sluice.events.QueueCounters;
import dev.sluice.events.Stall;
import dev.sluice.samples.http.HttpCounters;
import dev.sluice.samples.net.Acceptor;

/** What the server has done, and what it holds now. Belongs to the loop's thread. */
final class ServerCounters {
    private static final int CLASSES = 6;
    private static final long MILLISECOND_NS = 1_000_000L;

    private ServerCounters() {}

    /** Says all of it in one line: {@code counters key=value ...}; {@code cache} is null if there is none. */
    static String line(
            Server server, Acceptor acceptor, HttpCounters http, OpenFileCache cache, long handlerExceptions) {
        final AsyncIo io = server.io();
        final QueueCounters queue = server.events().counters();
        final StringBuilder line = new StringBuilder("counters");
        put(line, "requests", http.requests());
        for (int i = 2; i < CLASSES; i++) {
            put(line, "responses_" + i + "xx", http.responses(i));
        }
        put(line, "connections_open", server.connections());
        put(line, "connections_total", http.connections());
        put(line, "connections_unintroduced", acceptor.unintroduced());
        put(line, "descriptors_open", io.openDescriptors());
        put(line, "operations", queue.operationsUnderWay());
        put(line, "buffers_leased", io.arena().leasedCount());
        put(line, "held", io.waitingOperations());
        put(line, "cache_entries", cache == null ? 0L : cache.entries());
        put(line, "cache_hits", cache == null ? 0L : cache.hits());
        put(line, "cache_misses", cache == null ? 0L : cache.misses());
        put(line, "cache_changes", cache == null ? 0L : cache.changes());
        put(line, "tier_entries", cache == null ? 0L : cache.contents());
        put(line, "tier_bytes", cache == null ? 0L : cache.contentBytes());
        put(line, "tier_hits", cache == null ? 0L : cache.contentHits());
        put(line, "turns", queue.turns());
        put(line, "events", queue.events());
        put(line, "enters", queue.enters());
        put(line, "stalls_5ms", queue.stalls());
        put(line, "turn_max_us", queue.turnMaxNs() / 1000L);
        put(line, "enters_1ms", queue.enterTimes().countFrom(MILLISECOND_NS));
        put(line, "enter_max_us", queue.enterTimes().maxNs() / 1000L);
        put(line, "wait_max_us", queue.waitMaxNs() / 1000L);
        put(line, "wait_stalls_5ms", queue.waitStalls());
        put(line, "wait_stall_max_us", queue.busyWaitMaxNs() / 1000L);
        put(line, "handler_exceptions", handlerExceptions);
        put(line, "stale", queue.staleCompletions());
        final Stall last = queue.lastStall();
        line.append(" last_stall=").append(last == null ? "none" : owner(last));
        return line.toString();
    }

    /** Who it was, as one word. */
    private static String owner(Stall stall) {
        return (stall.container() + ":" + stall.handler()).replace(' ', '_');
    }

    private static void put(StringBuilder line, String key, long value) {
        line.append(' ').append(key).append('=').append(value);
    }
}
