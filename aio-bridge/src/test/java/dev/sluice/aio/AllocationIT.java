// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.sluice.aio.socket.ReceiveBlocks;
import dev.sluice.containers.Priority;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.InterestOps;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Sockets;
import dev.sluice.uring.memory.NativeMemory;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: the steady state allocates nothing. Method: the same rounds of events again and again; the bytes that the
 * thread allocated over many rounds, once the compiler is done, are none.
 */
class AllocationIT extends FileTests {
    private static final int ROUNDS = 20_000;
    private static final long WARM_UP_LIMIT_NS = 60_000_000_000L;

    @Override
    AioFixture newFixture() {
        return new AioFixture(AsyncIoOptions.defaults().withCheckedBuffers(false));
    }

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private void assertAllocatesNothing(Runnable round) {
        final long startNs = System.nanoTime();
        long allocated = Long.MAX_VALUE;
        // Until compiled: how long that takes depends on what else the machine does.
        while (allocated != 0L && System.nanoTime() - startNs < WARM_UP_LIMIT_NS) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUNDS; i++) {
                round.run();
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(allocated).as("bytes allocated by %d rounds", ROUNDS).isZero();
    }

    private void handOut(int opcode) {
        final int operation = handOut();
        if (operation != opcode) {
            throw new AssertionError("wanted " + Opcode.name(opcode) + ", got " + Opcode.name(operation));
        }
    }

    private int handOut() {
        final EventBatch batch = aio.events.dequeueNextEvents(8, Priority.IDLE, AioFixture.LIMIT_NS);
        final Event event = batch.next();
        if (event == null || event.result() < 0) {
            throw new AssertionError("wanted a success, got " + event);
        }
        final int operation = event.operation();
        if (batch.next() != null) {
            throw new AssertionError("one event more than wanted");
        }
        return operation;
    }

    @Test
    void shouldAllocateNothingForReadiness() {
        final int[] pipe = Descriptors.pipe();
        try (NativeMemory memory = NativeMemory.map(8L)) {
            aio.events.declareInterest(pipe[0], InterestOps.READABLE, aio.normal, "pipe");
            assertAllocatesNothing(() -> {
                Descriptors.write(pipe[1], memory.address(), 1);
                handOut(Opcode.POLL_ADD);
                Descriptors.read(pipe[0], memory.address(), 1);
            });
        }
        Descriptors.close(pipe[0]);
        Descriptors.close(pipe[1]);
    }

    @Tag("kernel-ring")
    @Test
    void shouldAllocateNothingForOpenStatusReadSendReceiveAndClose() throws Exception {
        assumeFalse(aio.events.binding().startsWith("epoll"), "an emulated ring allocates a pointer for each open");
        AioFixture.writeFile(directory.resolve("file"), 8_192);
        final AsyncFile file = aio.io.newFile();
        final int[] pair = Descriptors.socketPair();
        final AsyncSocket left = aio.adopt(pair[0], "left");
        final AsyncSocket right = aio.adopt(pair[1], "right");

        assertAllocatesNothing(() -> {
            file.open(root, "file", OpenOptions.READ, aio.normal, "file");
            handOut(Opcode.OPENAT2);
            final IoBuffer buffer = aio.io.arena().tryLease((int) file.status().sizeBytes());
            file.read(buffer, 0L);
            handOut(Opcode.READ);
            file.close();
            handOut(Opcode.CLOSE);
            buffer.bytes().flip();
            left.send(buffer);
            handOut(Opcode.SEND);
            buffer.bytes().clear();
            right.receive(buffer);
            handOut(Opcode.RECV);
            buffer.release();
        });

        assertAllocatesNothing(() -> {
            file.open(root, "file", OpenOptions.READ, aio.normal, "file");
            handOut(Opcode.OPENAT2);
            final IoBuffer buffer = aio.io.arena().tryLease((int) file.status().sizeBytes());
            left.sendFile(file, 0L, buffer, aio.normal, "file");
            if (handOut() == Opcode.READ) { // on a busy machine it may look as if the disk had been asked
                buffer.bytes().flip();
                left.send(buffer);
                handOut(Opcode.SEND);
            }
            file.discard();
            buffer.bytes().clear();
            right.receive(buffer);
            handOut(Opcode.RECV);
            buffer.release();
        });
    }

    /** In every round all blocks are held, so that the receive ends in the kernel and is started again. */
    @Tag("kernel-ring")
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldAllocateNothingForReceivingOnAndOn(boolean kernelPicks) {
        assumeTrue(
                !kernelPicks || ReceiveBlocks.kernelCanPick(aio.io.port().features()),
                "the ring has no multishot receive");
        final int blockBytes = 4096;
        final ReceiveBuffers blocks = aio.io.newReceiveBuffers(2, blockBytes, kernelPicks);
        final AsyncListener listener =
                aio.io.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1, aio.normal, "listener");
        listener.accept();
        final int peer = Sockets.connect(listener.localAddress());
        final AsyncSocket socket = aio.adopt(
                aio.events
                        .dequeueNextEvents(1, Priority.IDLE, AioFixture.LIMIT_NS)
                        .next()
                        .takeDescriptor(),
                "socket");
        socket.receiveInto(blocks);
        try (NativeMemory memory = NativeMemory.map(4L * blockBytes)) {
            assertAllocatesNothing(() -> {
                Descriptors.write(peer, memory.address(), 4 * blockBytes);
                int received = 0;
                while (received < 4 * blockBytes) {
                    final EventBatch batch = aio.events.dequeueNextEvents(2, Priority.IDLE, AioFixture.LIMIT_NS);
                    for (Event event = batch.next(); event != null; event = batch.next()) {
                        received += event.result();
                        ((IoBuffer) event.message()).release();
                    }
                }
            });
        }
        Descriptors.close(peer);
    }

    @Tag("kernel-ring")
    @Test
    void shouldAllocateNothingForMessagesOfSeveralBuffers() {
        assumeTrue(aio.io.port().features().supports(Opcode.SENDMSG), "the ring has no messages");
        assumeFalse(aio.events.binding().startsWith("epoll"), "an emulated ring allocates pointers for each message");
        final int[] pair = Descriptors.socketPair();
        final AsyncSocket left = aio.adopt(pair[0], "left");
        final AsyncSocket right = aio.adopt(pair[1], "right");
        final IoBuffer[] buffers = {aio.io.arena().tryLease(100), aio.io.arena().tryLease(100)};

        assertAllocatesNothing(() -> {
            buffers[0].bytes().clear();
            buffers[1].bytes().clear();
            left.sendMessage(buffers, 2, aio.normal, "sent");
            handOut(Opcode.SENDMSG);
            buffers[0].bytes().clear();
            buffers[1].bytes().clear();
            right.receiveMessage(buffers, 2, 1, aio.normal, "received");
            handOut(Opcode.RECVMSG);
        });
    }

    @Test
    void shouldAllocateNothingForReadingAhead() throws Exception {
        AioFixture.writeFile(directory.resolve("file"), 20_000);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        final SequentialReader reader = new SequentialReader(aio.io, 8_192, 2);

        assertAllocatesNothing(() -> {
            reader.begin(file, 0L, SequentialReader.TO_END, aio.normal, reader);
            IoBuffer used = null;
            do {
                reader.readAhead();
                if (used != null) {
                    reader.giveBack(used);
                }
                used = reader.take(aio.events
                        .dequeueNextEvents(1, Priority.IDLE, AioFixture.LIMIT_NS)
                        .next());
            } while (used != null);
        });
    }

    @Tag("kernel-ring")
    @Test
    void shouldAllocateNothingForDeadlinesAndWholeTransfers() throws Exception {
        assumeFalse(aio.events.binding().startsWith("epoll"), "an emulated ring allocates a pointer for each open");
        AioFixture.writeFile(directory.resolve("file"), 8_192);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        final FileStatus status = new FileStatus();
        final IoBuffer buffer = aio.io.arena().tryLease(16_384);

        assertAllocatesNothing(() -> {
            buffer.bytes().clear();
            aio.io.cancelAfter(file.readFully(buffer, 0L, aio.normal, "read"), AioFixture.LIMIT_NS);
            handOut(Opcode.READ);
            aio.io.paths().statx(root, "file", true, status, aio.normal, "statx");
            handOut(Opcode.STATX);
        });
        final IoBuffer[] two = {buffer, aio.io.arena().tryLease(4_096)};
        assertAllocatesNothing(() -> {
            two[0].bytes().position(0).limit(5_000);
            two[1].bytes().clear();
            file.readFully(two, 0L, aio.normal, "readv");
            handOut(Opcode.READV);
        });
        two[0].release();
        two[1].release();
    }
}
