// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.aio.socket.ReceiveBlocks;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.kernel.KernelRing;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.testing.OpenDescriptors;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Goal: whatever step of a message or of a receive that goes on fails however, there is one last event, and nothing is left
 * behind. Method: as {@link FaultSweepIT}; of multishot receives the last completion fails, since the kernel fails no other.
 */
@Tag("kernel-ring")
class SocketFaultsIT {
    private static final int BLOCK_BYTES = 4096;

    private static final int[] ERRNOS = {
        Errno.EPERM,
        Errno.EINTR,
        Errno.EIO,
        Errno.EBADF,
        Errno.EAGAIN,
        Errno.ENOMEM,
        Errno.EINVAL,
        Errno.EMFILE,
        Errno.ENFILE,
        Errno.EPIPE,
        Errno.EOPNOTSUPP,
        Errno.ECONNRESET,
        Errno.ENOBUFS,
        Errno.ENOTCONN,
        Errno.ETIMEDOUT,
        Errno.ECANCELED
    };

    private enum Kind {
        SEND("sendMessage", 1),
        SEND_DESCRIPTORS("sendMessage", 1),
        RECEIVE("receiveMessage", 1),
        RECEIVE_NO_DESCRIPTORS("receiveMessage", 1),
        RECEIVE_INTO_PICKED("receiveInto", 2),
        RECEIVE_INTO_POLLED("receiveInto", 1);

        private final String method;

        /** Steps before are no ends. */
        private final int firstStep;

        Kind(String method, int firstStep) {
            this.method = method;
            this.firstStep = firstStep;
        }
    }

    /** The public methods that are swept here. */
    static Stream<String> methods() {
        return Stream.of(Kind.values()).map(kind -> "SocketStream." + kind.method);
    }

    private FaultingRing ring;
    private AioFixture aio;
    private ReceiveBuffers picked;
    private ReceiveBuffers polled;
    private int eventFd;

    @BeforeEach
    void open() {
        assumeFalse("emulated".equals(System.getProperty("sluice.ring")), "the kernel's ring is swept");
        ring = new FaultingRing(KernelRing.open(RingOptions.defaults()));
        aio = new AioFixture(ring.asRing());
        assumeTrue(ReceiveBlocks.kernelCanPick(aio.io.port().features()), "the ring has no multishot receive");
        picked = aio.io.newReceiveBuffers(2, BLOCK_BYTES, true);
        polled = aio.io.newReceiveBuffers(2, BLOCK_BYTES, false);
        eventFd = Descriptors.eventFd();
    }

    @AfterEach
    void close() {
        if (aio != null) {
            aio.close();
            Descriptors.close(eventFd);
        }
    }

    @Test
    void shouldEndInOneLastEventWhateverFails() throws IOException {
        runCase(Kind.RECEIVE, 0, 0);
        final List<String> before = OpenDescriptors.now();
        int cases = 0;
        for (final Kind kind : Kind.values()) {
            final int steps = runCase(kind, 0, 0);
            assertThat(steps).as("%s", kind).isGreaterThanOrEqualTo(kind.firstStep);
            for (int step = kind.firstStep; step <= steps; step++) {
                for (final int errno : ERRNOS) {
                    assertThat(runCase(kind, step, errno)).as("%s, steps", kind).isGreaterThanOrEqualTo(step);
                    cases++;
                }
            }
            assertThat(OpenDescriptors.since(before)).as("after %s", kind).isEmpty();
        }
        System.out.println("fault sweep of sockets: " + cases + " cases");
        assertThat(cases).isGreaterThan(100);
    }

    /** Returns how many steps there were. */
    private int runCase(Kind kind, int failingStep, int errno) {
        final String name = kind + ", step " + failingStep + " fails with " + Errno.name(errno);
        final int[] pair = Descriptors.socketPair();
        final AsyncSocket socket = adopted(pair[0]);
        final AsyncSocket peer = adopted(pair[1]);
        final IoBuffer head = aio.io.arena().tryLease(100);
        final IoBuffer body = aio.io.arena().tryLease(100);
        final IoBuffer[] both = {head, body};
        head.bytes().limit(100);
        body.bytes().limit(100); // together less than a block
        if (kind.name().startsWith("RECEIVE")) {
            // A failure of the kernel's brings no descriptors, so none are there to be hidden by ours.
            if (failingStep == 0 && kind == Kind.RECEIVE) {
                peer.sendMessage(both, 2, new int[] {eventFd}, 1, aio.normal, "peer");
            } else {
                peer.sendMessage(both, 2, aio.normal, "peer");
            }
            aio.runOne();
            peer.shutdown(SocketFlags.SHUT_WR);
            aio.runOne();
            head.bytes().clear();
            body.bytes().clear();
        }
        final long id = start(kind, socket, both);
        ring.arm(id, failingStep, kernels -> -errno, false);

        aio.seen.clear();
        aio.runUntil(() -> !lastEvents().isEmpty());
        final int steps = ring.steps();
        ring.disarm();
        final int result = lastEvents().get(0).result();
        if (failingStep == 0 || steps < failingStep) { // nothing failed
            assertThat(result).as(name).isNotNegative();
        } else if (errno != Errno.EAGAIN && errno != Errno.ENOBUFS) { // which may mean: again
            assertThat(result).as(name).isEqualTo(-errno);
        }
        aio.seen.stream()
                .filter(seen -> seen.message() instanceof IoBuffer)
                .forEach(seen -> ((IoBuffer) seen.message()).release());
        socket.close();
        peer.close();
        aio.runUntil(aio::isIdle);
        assertThat(lastEvents()).as(name).hasSize(1);
        head.release();
        body.release();
        aio.assertNothingLeft();
        assertThat(picked.heldCount() + polled.heldCount()).as(name).isZero();
        assertThat(picked.waitingCount() + polled.waitingCount()).as(name).isZero();
        assertThat(aio.events.counters().staleCompletions()).as(name).isZero();
        return steps;
    }

    private List<Seen> lastEvents() {
        return aio.seen.stream()
                .filter(seen -> "tested".equals(seen.attachment()) && !(seen.message() instanceof IoBuffer))
                .toList();
    }

    private AsyncSocket adopted(int fd) {
        final AsyncSocket socket = aio.adopt(fd, "socket");
        return socket;
    }

    private long start(Kind kind, AsyncSocket socket, IoBuffer[] buffers) {
        return switch (kind) {
            case SEND -> socket.sendMessage(buffers, 2, aio.normal, "tested");
            case SEND_DESCRIPTORS ->
                socket.sendMessage(buffers, 2, new int[] {eventFd, eventFd}, 2, aio.normal, "tested");
            case RECEIVE -> socket.receiveMessage(buffers, 2, 253, aio.normal, "tested");
            case RECEIVE_NO_DESCRIPTORS -> socket.receiveMessage(buffers, 2, 0, aio.normal, "tested");
            case RECEIVE_INTO_PICKED -> socket.receiveInto(picked, aio.normal, "tested");
            case RECEIVE_INTO_POLLED -> socket.receiveInto(polled, aio.normal, "tested");
        };
    }
}
