// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import dev.sluice.containers.ResourceContainer;

/** Somebody who was let in, as the door sees him. */
public interface Guest {
    /**
     * Makes room for another, unless a request has come meanwhile, or what was said last is not taken yet.
     *
     * @param urgent charged for his end, which comes at its priority
     * @return true if his {@linkplain Place#giveBack place is given back} soon
     */
    boolean giveWay(ResourceContainer urgent);
}
