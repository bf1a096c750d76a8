// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.AsyncSocket;
import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
import java.net.InetSocketAddress;

/** A connection that was accepted and has no place yet: it waits for one in the line of its class, which is served as all others are. */
final class Newcomer implements EventHandler {
    final ServedClass clients;

    final long sinceNs;

    private final Door door;
    private final InetSocketAddress peer;
    private final AsyncSocket socket;

    /** Who gives way to it; null if nobody does. */
    private Place leaving;

    /** Of the wait for a place. */
    private long takeId = AsyncIo.BACK_PRESSURED;

    private boolean refused;

    /** Takes over an open socket, which counts for its class already. */
    Newcomer(Door door, ServedClass clients, InetSocketAddress peer, AsyncSocket socket) {
        this.door = door;
        this.clients = clients;
        this.peer = peer;
        this.socket = socket;
        sinceNs = door.nowNs();
    }

    /** Takes a place, if there is one that its class may have and nobody waits who goes first, to {@link #enter()} then. */
    boolean tryTakePlace() {
        return door.places.tryTake(1L, clients.container);
    }

    void enter() {
        final Place place = new Place(door.places, clients, door.classes.forwarderAt(peer.getAddress()));
        try {
            place.taken(door.reception.enter(socket, peer, place));
        } catch (RuntimeException e) {
            place.giveBack();
            throw e;
        }
    }

    /** Comes in when it is its turn, or is told to the door as {@linkplain Door#ended ended}. */
    void awaitPlace() {
        takeId = door.started(door.places.take(1L, clients.container, this));
    }

    /** Tells whether its turn has not come. */
    boolean isWaiting() {
        return door.io.isWaiting(takeId);
    }

    void refuse() {
        if (!refused) {
            refused = true;
            socket.discard();
            door.io.cancel(takeId);
        }
    }

    /** Tells whether somebody gives way to it and has not gone yet. */
    boolean isMadeRoomFor() {
        return leaving != null && !leaving.isGivenBack();
    }

    void madeRoomBy(Place place) {
        leaving = place;
    }

    @Override
    public void handle(Event event) {
        door.ended(this);
        if (event.result() == 0 && refused) {
            door.places.giveBack(1L, clients.container);
        } else if (event.result() == 0) {
            enter();
        }
    }
}
