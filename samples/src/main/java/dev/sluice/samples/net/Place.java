// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import dev.sluice.aio.Allowance;
import dev.sluice.containers.ResourceContainer;

/**
 * A place among the connections that there may be, from when a client comes in until his socket is closed. While he is idle he stands in the line
 * of his class, from which who has been idle longest is asked to make room.
 */
public final class Place {
    private final Allowance places;
    private final ServedClass clients;
    private final Forwarder forwarder;

    private Guest guest;
    private boolean idle;
    private boolean givenBack;

    /** In the line of the idle, which one who is busy leaves when he is met there. */
    Place previous;

    Place next;
    boolean inLine;
    long inLineSinceNs;
    long idleSinceNs;

    /** One place of these was taken for a client of this class, who may be a proxy. */
    Place(Allowance places, ServedClass clients, Forwarder forwarder) {
        this.places = places;
        this.clients = clients;
        this.forwarder = forwarder;
    }

    void taken(Guest newGuest) {
        guest = newGuest;
    }

    /**
     * Returns the container of the class.
     *
     * @return that of the client is a child of it
     */
    public ResourceContainer clients() {
        return clients.container;
    }

    /**
     * Returns whom the client asks for.
     *
     * @return null if for himself, or if he is not to be believed
     */
    public Forwarder forwarder() {
        return forwarder;
    }

    /**
     * The client waits for nothing: he may be asked to make room.
     *
     * @param nowNs from when on
     */
    public void becomeIdle(long nowNs) {
        idle = true;
        idleSinceNs = nowNs;
        clients.idle.add(this);
    }

    /** The client waits for an answer, or leaves. */
    public void becomeBusy() {
        idle = false;
    }

    boolean isIdle() {
        return idle;
    }

    /** The socket of the client is closed. */
    public void giveBack() {
        becomeBusy();
        clients.idle.remove(this);
        if (!givenBack) {
            givenBack = true;
            places.giveBack(1L, clients.container);
        }
    }

    boolean isGivenBack() {
        return givenBack;
    }

    boolean giveWay(ResourceContainer urgent) {
        return guest != null && guest.giveWay(urgent);
    }
}
