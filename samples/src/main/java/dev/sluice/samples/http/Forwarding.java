// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.samples.http.wire.RequestReader;
import dev.sluice.samples.net.Forwarder;
import dev.sluice.samples.net.Place;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/**
 * On the connection of a trusted proxy: while a request is answered, the connection's container is below the class of the client that the request
 * names, and in between, also while a request comes in, below that of the proxy.
 *
 * <p>So what the answer takes goes by the client's class: the turn of its events, the line at the disk, charges, and whatever its limits count, for
 * which what the connection has already moves along, also beyond them. A place among the connections does not: it was taken for the class of the proxy
 * itself and not for the container of the connection, so that {@link dev.sluice.containers.Resource#CONNECTIONS} of no class changes, no limit of
 * connections keeps a request waiting, and it is the proxy's idle connections that make room for others of its class.
 *
 * @see ResourceContainer#setParent
 */
final class Forwarding {
    private final Forwarder forwarder;
    private final ResourceContainer proxies;
    private final ResourceContainer connection;

    private Forwarding(Forwarder forwarder, ResourceContainer proxies, ResourceContainer connection) {
        this.forwarder = forwarder;
        this.proxies = proxies;
        this.connection = connection;
    }

    /** Returns null if the connection is its client's own. */
    static Forwarding of(Place place, ResourceContainer connection) {
        final Forwarder forwarder = place.forwarder();
        return forwarder == null ? null : new Forwarding(forwarder, place.clients(), connection);
    }

    /** A request is complete. One that is refused may have said nothing yet, and stays with the proxy. */
    void begin(RequestReader request) {
        if (request.badStatus() == 0) {
            final HttpFields fields = request.fields();
            final List<String> forwardedFor = fields.getValuesList(HttpHeader.X_FORWARDED_FOR);
            connection.setParent(forwarder.classOf(forwardedFor, fields.getValuesList(HttpHeader.FORWARDED)));
        }
    }

    /** Its answer is sent. */
    void end() {
        connection.setParent(proxies);
    }
}
