// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import dev.sluice.aio.AsyncSocket;
import java.net.InetSocketAddress;

/** What becomes of those that are let in: told by who accepts connections, wherever their class shows. */
public interface Reception {
    /**
     * Begins to serve a client.
     *
     * @param socket open, with nothing under way; the guest's from now on, also if this throws
     * @param peer his address, by what his balancer says if he has come through one: {@link Trust}
     * @param place taken; the guest's to give back when his socket is closed
     * @return the guest
     */
    Guest enter(AsyncSocket socket, InetSocketAddress peer, Place place);
}
