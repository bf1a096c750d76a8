package dev.sluice.samples.http;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds the container of a client's class: the longest prefix that its address has decides. */
final class ClientClasses {
    private final List<Entry> longestFirst = new ArrayList<>();
    private final ResourceContainer others;
    private int highestPriority = Priority.NORMAL;

    private record Entry(Cidr range, ResourceContainer container) {}

    ClientClasses(ResourceContainer server, List<ClientClass> classes) {
        for (final ClientClass clients : classes) {
            final ResourceContainer container = server.child(clients.name(), clients.priority());
            highestPriority = Math.max(highestPriority, clients.priority());
            for (final Cidr range : clients.ranges()) {
                longestFirst.add(new Entry(range, container));
            }
        }
        longestFirst.sort(
                Comparator.comparingInt((Entry e) -> e.range.prefixBits()).reversed());
        others = server.child(ClientClass.DEFAULT_NAME, Priority.NORMAL);
    }

    ResourceContainer containerOf(InetAddress client) {
        for (final Entry entry : longestFirst) {
            if (entry.range.contains(client)) {
                return entry.container;
            }
        }
        return others;
    }

    /** The priority of the most urgent class. */
    int highestPriority() {
        return highestPriority;
    }
}
