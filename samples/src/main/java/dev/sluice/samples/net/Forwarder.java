// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import dev.sluice.containers.ResourceContainer;
import java.net.InetAddress;
import java.util.List;

/** A trusted proxy at the other end of a connection: each of its requests is that of a client of its own. */
public final class Forwarder {
    private final ClientClasses classes;
    private final ForwardedFor reader;
    private final InetAddress proxy;

    Forwarder(ClientClasses classes, ForwardedFor reader, InetAddress proxy) {
        this.classes = classes;
        this.reader = reader;
        this.proxy = proxy;
    }

    /**
     * Tells of which class the client of a request is. That of the proxy if neither field names one.
     *
     * <p>If both fields are there, the less urgent of the two clients' classes: a proxy that adds to one of them may leave the other as the client
     * wrote it, who is not believed.
     *
     * @param forwardedFor values of all X-Forwarded-For, in their order
     * @param forwarded values of all Forwarded, in their order
     * @return the container of the class
     */
    public ResourceContainer classOf(List<String> forwardedFor, List<String> forwarded) {
        final ServedClass first = classes.classOf(reader.client(proxy, forwardedFor));
        if (forwarded.isEmpty()) {
            return first.container;
        }
        final ServedClass second = classes.classOf(reader.clientOfForwarded(proxy, forwarded));
        return forwardedFor.isEmpty() || second.band() < first.band() ? second.container : first.container;
    }
}
