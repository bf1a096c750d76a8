// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import dev.sluice.events.EventQueue;

/** Prints how this JVM reaches the kernel: which ring a queue has, and by what its calls are made. */
final class BindingFork {
    private BindingFork() {}

    /**
     * Opens a queue and closes it.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        try (EventQueue events = EventQueue.open()) {
            System.out.println(events.binding());
        }
    }
}
