// SPDX-License-Identifier: Apache-2.0
package dev.sluice.containers.spi;

import org.jspecify.annotations.Nullable;

/** How those who give out what is limited find what they keep on a container. */
public final class Limiting {
    private Limiting() {}

    /**
     * Returns what those who give out what is limited keep on a container.
     *
     * @param container any
     * @return the binding, or null if none was made yet
     */
    public static @Nullable LimitBinding bindingOf(ContainerNode container) {
        return container.limitBinding;
    }

    /**
     * Keeps what those who give out what is limited have on a container.
     *
     * @param container to be limited
     * @param binding told of changes from now on, in place of any before
     * @throws IllegalStateException if the tree belongs to another thread
     */
    public static void bind(ContainerNode container, LimitBinding binding) {
        container.tree.check(container);
        container.limitBinding = binding;
    }
}
