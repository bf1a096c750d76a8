// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.contract.MessageContract;
import dev.sluice.uring.contract.RingTester;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a message from ring to ring does to another thread; the rest is {@link MessageContract}. */
class MsgRingIT {
    private static final long PATIENCE_NS = 10_000_000_000L;

    private final RingTester sender = RingTester.open();

    @BeforeEach
    void skipWithoutTheOperation() {
        Assumptions.assumeTrue(
                sender.ring.features().supports(Opcode.MSG_RING), "MSG_RING is younger than this kernel");
    }

    @AfterEach
    void close() {
        sender.close();
    }

    @Test
    void shouldEndTheWaitOfTheTargetsThread() throws Exception {
        final CompletableFuture<Integer> fd = new CompletableFuture<>();
        final CompletableFuture<RingTester.Completion> received = new CompletableFuture<>();
        final CountDownLatch sent = new CountDownLatch(1);
        final Thread waiter = new Thread(() -> {
            try (RingTester waiting = RingTester.open()) {
                fd.complete(waiting.ring.fd());
                waiting.ring.submitAndWait(1, PATIENCE_NS);
                received.complete(waiting.completed().get(0));
                sent.await();
            } catch (InterruptedException | RuntimeException e) {
                received.completeExceptionally(e);
            }
        });
        waiter.start();
        final int waiterFd = fd.get();

        assertThat(sender.run(sqe -> sqe.prepMsgRing(waiterFd, 7L, -1))).isZero();

        assertThat(received.get()).isEqualTo(new RingTester.Completion(7L, -1, 0));
        sent.countDown();
        waiter.join();
    }
}
