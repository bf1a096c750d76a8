// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

/** When the priority of a container that decays by use may rise again; at most once in {@link Recoveries}. */
final class Recovery {
    static final int NOT_AWAITED = -1;

    final ContainerQueue place;

    /** May be too early by now, if the container has used more since; never too late. */
    long dueNs;

    int index = NOT_AWAITED;

    Recovery(ContainerQueue place) {
        this.place = place;
    }

    boolean isAwaited() {
        return index != NOT_AWAITED;
    }
}
