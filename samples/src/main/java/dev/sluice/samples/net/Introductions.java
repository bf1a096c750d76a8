// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import dev.sluice.aio.AsyncSocket;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventQueue;
import dev.sluice.events.Timer;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Connections of balancers, from when they are accepted until their headers have said whose they are: then they have a class, and come to the
 * {@link Door}. Whom the header does not name is the balancer itself, as for a check of health.
 *
 * <p>They have no place, and so many may be here as descriptors allow. The header comes right behind the connection, so whoever is new here is taken
 * for somebody who wants a place soon. Who has said nothing for 10 ms, as when a packet was lost, is that no longer: he keeps nobody out, leaves
 * first when there is no room for another, and otherwise after 5 s.
 *
 * @see <a href="https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt">The PROXY protocol, section 2: at least 3 s for a header that was lost on
 *     the way</a>
 */
final class Introductions {
    static final long PATIENCE_NS = 10_000_000L;
    static final long LIMIT_NS = 5_000_000_000L;

    static final int FEWEST = 4;
    private static final int MOST = 1024;

    /** For so many that the queue may have one may be here. */
    private static final int DESCRIPTORS_FOR_ONE = 16;

    final EventQueue events;
    final Door door;

    /** Charged for reading headers: whose they are shows only then. */
    final ResourceContainer container;

    /** How many were closed without an answer. */
    long refused;

    private final ClientClasses classes;
    private final int room;

    /** Has the loop look again when somebody has waited for long enough. */
    final Timer timer;

    /** Both in the order they came. */
    private final Set<Introduction> fresh = new LinkedHashSet<>();

    private final Set<Introduction> slow = new LinkedHashSet<>();

    /** Those that have not left, though their end may have been asked for. */
    private int underWay;

    Introductions(EventQueue events, Door door, ClientClasses classes, ResourceContainer container) {
        this.events = events;
        this.door = door;
        this.classes = classes;
        this.container = container;
        timer = events.newTimer(container, event -> {}); // the turn that follows looks
        room = (int) Math.max(FEWEST, Math.min(MOST, door.io.descriptors().capacity() / DESCRIPTORS_FOR_ONE));
    }

    /** Reads the header of a connection that was accepted. */
    void add(InetSocketAddress balancer, int fd) {
        if (count() >= room) {
            first(slow.isEmpty() ? fresh : slow)
                    .refuse("there is no room for another one, and this one has waited longest");
        }
        final Introduction introduction = new Introduction(this, balancer, fd);
        fresh.add(introduction);
        underWay++;
        introduction.await();
    }

    private static Introduction first(Set<Introduction> line) {
        return line.iterator().next();
    }

    private int count() {
        return fresh.size() + slow.size();
    }

    /** Returns how many are here who may want a place soon. */
    int fresh() {
        return fresh.size();
    }

    /** Returns how many may come without anybody leaving who is not slow. */
    int roomForMore() {
        return classes.hasBalancers() ? room - fresh.size() : Integer.MAX_VALUE;
    }

    /** Tells apart who is slow, and has those leave who are too slow. */
    void betweenTurns() {
        if (count() == 0) {
            return;
        }
        final long nowNs = door.nowNs();
        while (!fresh.isEmpty() && nowNs - first(fresh).sinceNs >= PATIENCE_NS) {
            final Introduction late = first(fresh);
            fresh.remove(late);
            slow.add(late);
        }
        while (!slow.isEmpty() && nowNs - first(slow).sinceNs >= LIMIT_NS) {
            first(slow).refuse("its header is not complete within " + LIMIT_NS / 1_000_000L + " ms");
        }
        if (count() > 0) {
            final long deadlineNs =
                    fresh.isEmpty() ? first(slow).sinceNs + LIMIT_NS : first(fresh).sinceNs + PATIENCE_NS;
            if (!timer.isStarted() || timer.deadlineNs() - deadlineNs > 0L) {
                timer.startAt(deadlineNs);
            }
        }
    }

    /** It is over with one of them. */
    void over(Introduction introduction) {
        fresh.remove(introduction);
        slow.remove(introduction);
    }

    /** Nothing is under way for it any more. */
    void left() {
        underWay--;
    }

    /** Its header was read, and no byte more. */
    void named(AsyncSocket socket, InetSocketAddress client) {
        final ServedClass clients = classes.classOf(client.getAddress());
        socket.declareInterest(clients.container, (Object) null);
        door.add(new Newcomer(door, clients, client, socket));
    }

    boolean isIdle() {
        return underWay == 0;
    }

    /** Nobody is named any more. */
    void close() {
        final List<Introduction> all = new ArrayList<>(fresh);
        all.addAll(slow);
        all.forEach(introduction -> introduction.refuse("the server stops"));
    }
}
