// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds the class of a client: the longest prefix that its address has decides. */
public final class ClientClasses {
    private final List<Entry> longestFirst = new ArrayList<>();
    private final List<ServedClass> leastUrgentFirst = new ArrayList<>();
    private final ServedClass others;
    private final Trust trust;
    private final ForwardedFor forwardedFor;

    private record Entry(Cidr range, ServedClass clients) {}

    /**
     * Makes a container for each class, and one for everybody else.
     *
     * @param server above them
     * @param classes with distinct names and ranges
     */
    public ClientClasses(ResourceContainer server, List<ClientClass> classes) {
        this(server, classes, Trust.NOBODY);
    }

    /**
     * As {@link #ClientClasses(ResourceContainer, List)}, of clients that others may speak for.
     *
     * @param server above them
     * @param classes with distinct names and ranges
     * @param trust whose word counts
     */
    public ClientClasses(ResourceContainer server, List<ClientClass> classes, Trust trust) {
        this.trust = trust;
        forwardedFor = new ForwardedFor(address -> isIn(trust.proxies(), address));
        for (final ClientClass clients : classes) {
            final ServedClass served = new ServedClass(server.child(clients.name(), clients.priority()));
            if (clients.maxConnections() > 0) {
                served.container.setLimit(Resource.CONNECTIONS, clients.maxConnections());
            }
            leastUrgentFirst.add(served);
            for (final Cidr range : clients.ranges()) {
                longestFirst.add(new Entry(range, served));
            }
        }
        longestFirst.sort(
                Comparator.comparingInt((Entry e) -> e.range.prefixBits()).reversed());
        others = new ServedClass(server.child(ClientClass.DEFAULT_NAME, Priority.NORMAL));
        leastUrgentFirst.add(others);
        leastUrgentFirst.sort(Comparator.comparingInt(ServedClass::band));
    }

    ServedClass classOf(InetAddress client) {
        for (final Entry entry : longestFirst) {
            if (entry.range.contains(client)) {
                return entry.clients;
            }
        }
        return others;
    }

    boolean hasBalancers() {
        return !trust.balancers().isEmpty();
    }

    /** Tells whether somebody must begin with the header of the PROXY protocol. */
    boolean isBalancer(InetAddress peer) {
        return isIn(trust.balancers(), peer);
    }

    /** Returns who asks for others from this address, or null if it is not to be believed in that. */
    Forwarder forwarderAt(InetAddress peer) {
        return isIn(trust.proxies(), peer) ? new Forwarder(this, forwardedFor, peer) : null;
    }

    private static boolean isIn(List<Cidr> ranges, InetAddress address) {
        for (int i = 0; i < ranges.size(); i++) {
            if (ranges.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** All of them, those of the lowest priority first. Not to be changed. */
    List<ServedClass> leastUrgentFirst() {
        return leastUrgentFirst;
    }

    /**
     * Returns the priority of the most urgent class.
     *
     * @return 0 to 63
     */
    public int highestPriority() {
        return leastUrgentFirst.get(leastUrgentFirst.size() - 1).band();
    }
}
