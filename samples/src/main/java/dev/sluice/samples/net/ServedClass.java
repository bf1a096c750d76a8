// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;

/** A class of clients while it is served: what is charged, and which of its connections wait for a request. */
final class ServedClass {
    final ResourceContainer container;
    final IdlePlaces idle = new IdlePlaces();

    ServedClass(ResourceContainer container) {
        this.container = container;
    }

    int band() {
        return container.effectivePriority();
    }

    /** Tells whether it has as many connections as it may. */
    boolean isFull() {
        return container.inUse(Resource.CONNECTIONS) >= container.limit(Resource.CONNECTIONS);
    }
}
