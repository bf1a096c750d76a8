// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import dev.sluice.uring.Ring;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.RingUnavailableException;
import dev.sluice.uring.emulated.EmulatedRing;
import dev.sluice.uring.kernel.KernelRing;
import org.slf4j.LoggerFactory;

/**
 * Which ring a queue is opened over: the kernel's if this process can have it, else the emulated one, which is said in the log. The system
 * property {@value #PROPERTY} insists on one of them.
 */
final class RingChoice {
    static final String PROPERTY = "sluice.ring";
    static final String KERNEL = "kernel";
    static final String EMULATED = "emulated";

    private RingChoice() {}

    static Ring open(RingOptions options) {
        final String insisted = System.getProperty(PROPERTY);
        if (insisted == null) {
            return openBest(options);
        }
        return switch (insisted) {
            case KERNEL -> KernelRing.open(options);
            case EMULATED -> EmulatedRing.open(options);
            default ->
                throw new IllegalArgumentException(
                        "-D" + PROPERTY + " must be " + KERNEL + " or " + EMULATED + ": " + insisted);
        };
    }

    private static Ring openBest(RingOptions options) {
        try {
            return KernelRing.open(options);
        } catch (RingUnavailableException e) {
            final Ring ring = EmulatedRing.open(options);
            // Not in a constant: who never gets here needs no logger.
            LoggerFactory.getLogger(EventQueue.class)
                    .warn("no io_uring, so by {}, which is slower: {}", ring.binding(), e.getMessage());
            return ring;
        }
    }
}
