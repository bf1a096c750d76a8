// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture;
import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.BufferArena;
import dev.sluice.aio.FaultingRing;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.OpenOptions;
import dev.sluice.aio.RootDirectory;
import dev.sluice.uring.Ring;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.emulated.EmulatedRing;
import dev.sluice.uring.kernel.KernelRing;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real sockets: a connection ends once, with nothing left, whatever the peer and the kernel do. */
class ConnectionIT {
    private static final int FILE_BYTES = 150_000;

    @TempDir
    Path directory;

    private TestConnection connection;

    /** Sends a file for each line. */
    private SocketChannel connect(ProtocolFixture fixture, RootDirectory root) throws IOException {
        return fixture.connect(link -> connection = files(fixture, link, root), () -> connection.ended++);
    }

    private static TestConnection files(ProtocolFixture fixture, Link link, RootDirectory root) {
        return new TestConnection(link, (c, line) -> {
            final AsyncFile file = fixture.aio.io.newFile();
            c.sayBlock(fixture, "block\n");
            c.say("bytes\n");
            c.operations().start(a -> file.open(root, line, OpenOptions.READ, fixture.aio.normal, a), event -> {
                if (!event.failed()) {
                    c.out().send(file, 0L, FILE_BYTES, file::discard);
                }
            });
        });
    }

    private static void write(SocketChannel peer, String text) throws IOException {
        peer.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    /** Returns how many bytes were read up to the end, or until the connection broke. */
    private static int readToEnd(ProtocolFixture fixture, SocketChannel peer) throws IOException {
        peer.configureBlocking(false);
        final ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
        final boolean[] ended = new boolean[1];
        fixture.runUntil(() -> {
            try {
                ended[0] = peer.read(bytes) < 0;
            } catch (IOException e) {
                ended[0] = true;
            }
            return ended[0];
        });
        return bytes.position();
    }

    /** Who takes in much has it in few pieces, and who waits for a request holds little again. */
    @Test
    void shouldReceiveInBlocksAsLargeAsIsAskedFor() throws IOException {
        final List<Integer> capacities = new ArrayList<>();
        final AtomicBoolean ended = new AtomicBoolean();
        final Function<Link, Connection> sized = link -> new Connection(link) {
            @Override
            protected void started() {
                receiveInBlocksOf(BufferArena.MAX_BLOCK_BYTES);
            }

            @Override
            protected void received(IoBuffer block) {
                capacities.add(block.capacityBytes());
                block.release();
                receiveInBlocksOf(4096);
            }
        };
        try (ProtocolFixture fixture = new ProtocolFixture();
                SocketChannel peer = fixture.connect(sized, () -> ended.set(true))) {
            write(peer, "first");
            fixture.runUntil(() -> capacities.size() == 1);
            write(peer, "second");
            fixture.runUntil(() -> capacities.size() == 2);
            assertThat(capacities).containsExactly(BufferArena.MAX_BLOCK_BYTES, 4096);
            peer.shutdownOutput();
            fixture.runUntil(ended::get);
            fixture.assertNothingLeft();
        }
    }

    @Test
    void shouldAnswerAllThatWasAskedBeforeThePeerEndedItsSide() throws IOException {
        AioFixture.writeFile(directory.resolve("file"), FILE_BYTES);
        try (ProtocolFixture fixture = new ProtocolFixture();
                RootDirectory root = RootDirectory.open(directory);
                SocketChannel peer = connect(fixture, root)) {
            write(peer, "file\nfile\nno such file\nfile\n");
            peer.shutdownOutput();

            assertThat(readToEnd(fixture, peer)).isEqualTo(3 * FILE_BYTES + 4 * 12);
            fixture.runUntil(connection::hasEnded);
            fixture.assertNothingLeft();
        }
    }

    @Test
    void shouldKeepItsLastWordsForAPeerThatIsStillSending() throws IOException {
        try (ProtocolFixture fixture = new ProtocolFixture();
                SocketChannel peer = fixture.connect(
                        link -> connection = new TestConnection(link, (c, line) -> {
                            c.say("bye\n");
                            c.close();
                        }),
                        () -> connection.ended++)) {
            write(peer, "quit\n" + "more\n".repeat(10_000));

            peer.configureBlocking(false);
            final ByteBuffer bytes = ByteBuffer.allocate(100);
            fixture.runUntil(() -> {
                try {
                    return peer.read(bytes) < 0;
                } catch (IOException e) {
                    throw new AssertionError("the connection was reset", e);
                }
            });
            assertThat(new String(bytes.array(), 0, bytes.position(), UTF_8)).isEqualTo("bye\n");
            assertThat(connection.released).isZero();
            peer.socket().close();
            fixture.runUntil(connection::hasEnded);
            fixture.assertNothingLeft();
        }
    }

    @Test
    void shouldEndWithNothingLeftWhenThePeerResets() throws IOException {
        AioFixture.writeFile(directory.resolve("file"), FILE_BYTES);
        try (ProtocolFixture fixture = new ProtocolFixture();
                RootDirectory root = RootDirectory.open(directory);
                SocketChannel peer = connect(fixture, root)) {
            write(peer, "file\n".repeat(100));
            fixture.runUntil(() -> connection.log.size() > 1);
            final Socket socket = peer.socket();
            socket.setSoLinger(true, 0);
            peer.socket().close();

            fixture.runUntil(connection::hasEnded);
            assertThat(connection.log).anyMatch(line -> line.startsWith("[failed"));
            fixture.assertNothingLeft();
        }
    }

    /** That its side has ended is no reason to end: it may wait for its answer. */
    @Test
    void shouldHearOfAResetButNotOfAnEndWhilePaused() throws IOException {
        try (ProtocolFixture fixture = new ProtocolFixture();
                SocketChannel ended = fixture.connect(
                        link -> connection = new TestConnection(link, (c, line) -> c.pause()),
                        () -> connection.ended++)) {
            write(ended, "wait\n");
            fixture.runUntil(() -> connection.log.contains("wait"));
            ended.shutdownOutput();
            fixture.runTurn();
            fixture.runTurn();
            final TestConnection waiting = connection;
            assertThat(waiting.isClosing()).isFalse();

            try (SocketChannel reset = fixture.connect(
                    link -> connection = new TestConnection(link, (c, line) -> c.pause()), () -> connection.ended++)) {
                write(reset, "wait\n");
                fixture.runUntil(() -> connection.log.contains("wait"));
                reset.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            fixture.runUntil(connection::hasEnded);
            assertThat(connection.log).containsExactly("wait", "[failed " + Errno.ECONNRESET + "]");

            connection = waiting;
            waiting.say("answer\n");
            waiting.resume();
            assertThat(readToEnd(fixture, ended)).isEqualTo(7);
            fixture.runUntil(waiting::hasEnded);
            fixture.assertNothingLeft();
        }
    }

    @Test
    void shouldEndWithNothingLeftWhenItIsAbortedInTheMiddle() throws IOException {
        AioFixture.writeFile(directory.resolve("file"), FILE_BYTES);
        try (ProtocolFixture fixture = new ProtocolFixture();
                RootDirectory root = RootDirectory.open(directory)) {
            for (int turns = 0; turns < 12; turns++) {
                try (SocketChannel peer = connect(fixture, root)) {
                    write(peer, "file\n".repeat(50));
                    for (int i = 0; i < turns; i++) {
                        fixture.runTurn();
                    }
                    connection.abort();
                    fixture.runUntil(connection::hasEnded);
                    fixture.assertNothingLeft();
                }
            }
        }
    }

    @Test
    void shouldServeWithRoomForTwoOperationsAtATime() throws IOException {
        AioFixture.writeFile(directory.resolve("file"), FILE_BYTES);
        try (ProtocolFixture fixture = ProtocolFixture.withMostOperations(2);
                RootDirectory root = RootDirectory.open(directory);
                SocketChannel peer = connect(fixture, root)) {
            write(peer, "file\nfile\nfile\n");
            peer.shutdownOutput();

            assertThat(readToEnd(fixture, peer)).isEqualTo(3 * (FILE_BYTES + 12));
            fixture.runUntil(connection::hasEnded);
            fixture.assertNothingLeft();
        }
    }

    @Test
    void shouldEndOnceWhicheverCompletionFails() throws IOException {
        final Ring ring = "emulated".equals(System.getProperty("sluice.ring"))
                ? EmulatedRing.open(RingOptions.defaults())
                : KernelRing.open(RingOptions.defaults());
        sweep(ring);
    }

    @Test
    @Tag("kernel-ring")
    void shouldEndOnceWhicheverCompletionFailsOnTheEmulatedRingToo() throws IOException {
        sweep(EmulatedRing.open(RingOptions.defaults()));
    }

    /** Fails the first, second, ... completion, until a run has none that fails. */
    private void sweep(Ring ring) throws IOException {
        AioFixture.writeFile(directory.resolve("file"), FILE_BYTES);
        final FaultingRing faulting = new FaultingRing(ring);
        try (ProtocolFixture fixture = new ProtocolFixture(new AioFixture(faulting.asRing()));
                RootDirectory root = RootDirectory.open(directory)) {
            int step = 0;
            boolean clean = false;
            while (!clean) {
                step++;
                clean = runFailing(fixture, faulting, root, step);
            }
            assertThat(step).isGreaterThan(8);
        }
    }

    private boolean runFailing(ProtocolFixture fixture, FaultingRing faulting, RootDirectory root, int step)
            throws IOException {
        try (SocketChannel peer = connect(fixture, root)) {
            faulting.arm(FaultingRing.ALL_OPERATIONS, step, result -> -Errno.EIO, false);
            write(peer, "file\nfile\n");
            peer.shutdownOutput();
            final int read = readToEnd(fixture, peer);
            fixture.runUntil(connection::hasEnded);
            final boolean clean = faulting.steps() < step;
            faulting.disarm();
            fixture.assertNothingLeft();
            if (clean) {
                assertThat(read).isEqualTo(2 * (FILE_BYTES + 12));
            }
            return clean;
        }
    }
}
