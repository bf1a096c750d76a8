// SPDX-License-Identifier: Apache-2.0
package dev.sluice.containers.spi;

/**
 * Charges containers, and with each its ancestors, for what was done for them. On the thread that their tree belongs to; each method throws
 * {@link IllegalStateException} on another.
 */
public final class Charging {
    private Charging() {}

    /**
     * Charges one event handed out and the time its handler took.
     *
     * @param container whose event it was
     * @param handlerNs nanoseconds
     */
    public static void chargeEvent(ContainerNode container, long handlerNs) {
        container.tree.check(container);
        for (ContainerNode node = container; node != null; node = node.parent) {
            node.events++;
            node.cpuNs += handlerNs;
        }
    }

    /**
     * Charges one completed operation on a file.
     *
     * @param container for which it was done
     * @param bytes transferred
     * @param waitNs from asking until the completion was seen, in nanoseconds
     */
    public static void chargeDisk(ContainerNode container, long bytes, long waitNs) {
        container.tree.check(container);
        for (ContainerNode node = container; node != null; node = node.parent) {
            node.diskOperations++;
            node.diskBytes += bytes;
            node.diskWaitNs += waitNs;
        }
    }

    /**
     * Charges bytes received from or sent to a socket.
     *
     * @param container for which that was
     * @param bytes transferred
     */
    public static void chargeSocket(ContainerNode container, long bytes) {
        container.tree.check(container);
        for (ContainerNode node = container; node != null; node = node.parent) {
            node.socketBytes += bytes;
        }
    }
}
