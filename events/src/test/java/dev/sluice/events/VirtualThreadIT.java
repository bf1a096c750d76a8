// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.uring.RingOptions;
import dev.sluice.uring.emulated.EmulatedRing;
import java.io.File;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A virtual thread changes the thread of the kernel that a ring belongs to: on JDK 21 and later. */
class VirtualThreadIT {
    private static void startVirtual(Runnable task) throws ReflectiveOperationException {
        assumeThat(Runtime.version().feature()).as("JDK").isGreaterThanOrEqualTo(21);
        Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
    }

    private static void assertRefusedOnAVirtualThread(Runnable opening) throws ReflectiveOperationException {
        final CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        startVirtual(() -> {
            try {
                opening.run();
                thrown.complete(null);
            } catch (Throwable e) {
                thrown.complete(e);
            }
        });
        assertThat(thrown)
                .succeedsWithin(10, TimeUnit.SECONDS)
                .isInstanceOfSatisfying(
                        IllegalStateException.class,
                        e -> assertThat(e)
                                .hasMessageContaining("virtual thread")
                                .hasMessageContaining("platform thread"));
    }

    @Test
    void shouldRefuseToOpenAQueueOnAVirtualThreadAndLeaveNothingOpen() throws ReflectiveOperationException {
        EventQueue.open().close();
        startVirtual(() -> {});
        assertRefusedOnAVirtualThread(() -> EventQueue.open().close());
        final int before = new File("/proc/self/fd").list().length;

        assertRefusedOnAVirtualThread(() -> EventQueue.open().close());
        assertRefusedOnAVirtualThread(
                () -> EventQueue.overOwn(EmulatedRing.open(RingOptions.defaults()), EventQueueOptions.defaults())
                        .close());

        assertThat(new File("/proc/self/fd").list()).hasSize(before);
    }
}
