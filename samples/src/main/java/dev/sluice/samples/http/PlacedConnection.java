// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.protocol.Connection;
import dev.sluice.aio.protocol.Link;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.samples.net.Guest;
import dev.sluice.samples.net.Place;

/** The connection of a client as one who has a place: he waits for nothing, or is busy, and leaves when he has been idle for long or makes room. */
abstract class PlacedConnection extends Connection implements Guest {
    final HttpServer http;
    final Patience patience;

    private final Place place;

    /** It makes room as soon as the client has what was said last. */
    private boolean leaving;

    PlacedConnection(HttpServer http, Link link, Place place) {
        super(link);
        this.http = http;
        this.place = place;
        patience = new Patience(http, container(), operations().around(event -> askPatience()));
    }

    /** The time for what is under way may be over. */
    abstract void askPatience();

    final ResourceContainer clientContainer() {
        return container();
    }

    final void becomeIdle() {
        place.becomeIdle(http.nowNs);
        patience.within(http.timeouts.idleNs());
    }

    /** Something has come, which takes so long at most. */
    final void becomeBusy(long durationNs) {
        leaving = false;
        place.becomeBusy();
        patience.within(durationNs);
    }

    /** Closes at once, or when the client has what was said last. */
    final void leave() {
        if (unackedBytes() > 1 || !closeIfIdle()) {
            becomeBusy(http.timeouts.responseNs() / Patience.STEPS);
            leaving = true; // asked again
        }
    }

    final boolean isLeaving() {
        return leaving;
    }

    /** The client has everything. */
    final void leaveIfAsked() {
        if (leaving && !isClosing() && !closeIfIdle()) {
            leaving = false; // it has asked for something more
        }
    }

    @Override
    public final boolean giveWay(ResourceContainer urgent) {
        if (unackedBytes() > 1) {
            leave();
            return false;
        }
        final boolean gives = closeIfIdle();
        if (gives) {
            container().setParent(urgent); // so that his end does not wait behind the work of his class
        }
        return gives;
    }

    /** The client has gone. */
    final void giveBackPlace() {
        place.giveBack();
        patience.end();
    }
}
