// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.events.QueueCounters;
import dev.sluice.uring.call.Descriptors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * A queue at work while another thread fills the memory of the process's control group with what a slow disk has to write. Says of each kind
 * of work how long a turn took at most, and what the counters say. To be run in a control group of its own.
 */
final class ReclaimProgram {
    private static final int PIECE = 64 * 1024;
    private static final long PHASE_NS = 700_000_000L;

    private final AioFixture aio = new AioFixture();
    private final RootDirectory root;
    private final AsyncFile large = aio.io.newFile();
    private final IoBuffer buffer = aio.io.arena().tryLease(PIECE);
    private final IoBuffer received = aio.io.arena().tryLease(PIECE);
    private final AsyncSocket socket;
    private final AsyncSocket peer;
    private AsyncFile opened;
    private long position;

    private ReclaimProgram(Path directory) throws IOException {
        root = RootDirectory.open(directory);
        large.open(root, "large", OpenOptions.READ, aio.normal, "large");
        aio.runOne();
        final int[] pair = Descriptors.socketPair();
        socket = aio.adopt(pair[0], "socket");
        peer = aio.adopt(pair[1], "peer");
    }

    /** {@code arguments} are a file on the slow disk, and a directory on a quick one with the files "large" and "small". */
    public static void main(String[] arguments) throws IOException {
        final Thread writer = new Thread(() -> write(Path.of(arguments[0])), "writer");
        final ReclaimProgram program = new ReclaimProgram(Path.of(arguments[1]));
        program.run("warm-up", program::read);
        writer.start();
        program.run("filling", program::send);
        program.run("read", program::read);
        program.run("send", program::send);
        program.run("open", program::open);
        System.out.flush();
        Runtime.getRuntime().halt(0); // the writer never ends
    }

    private static void write(Path path) {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            final ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 20);
            for (long at = 0L; ; at = (at + (1 << 20)) % (256L << 20)) {
                file.write(bytes.clear(), at);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(String what, Runnable round) {
        final Turns turns = new Turns(aio);
        final long startNs = System.nanoTime();
        final long stallsBefore = aio.events.counters().stalls();
        final long[] rounds = {0L};
        aio.seen.clear();
        round.run();
        turns.runUntil(() -> {
            if (!aio.seen.isEmpty()) {
                aio.seen.clear();
                rounds[0]++;
                round.run();
            }
            return System.nanoTime() - startNs > PHASE_NS;
        });
        aio.runUntil(aio::isIdle);
        final QueueCounters counters = aio.events.counters();
        System.out.printf(
                Locale.ROOT,
                "%s: rounds=%d longest_us=%d told_us=%d stalls=%d last=%s%n",
                what,
                rounds[0],
                turns.longestNs() / 1000L,
                Math.max(counters.turnMaxNs(), Math.max(counters.enterTimes().maxNs(), counters.busyWaitMaxNs()))
                        / 1000L,
                counters.stalls() - stallsBefore,
                counters.lastStall());
    }

    /** What the page cache does not have. */
    private void read() {
        buffer.bytes().clear();
        large.read(buffer, position, aio.normal, "read");
        position = (position + PIECE) % (64L << 20);
    }

    private void send() {
        buffer.bytes().clear();
        received.bytes().clear();
        socket.receive(received);
        peer.send(buffer);
    }

    private void open() {
        if (opened != null) {
            opened.discard();
        }
        final AsyncFile file = aio.io.newFile();
        opened = file;
        file.open(root, "small", OpenOptions.READ, aio.normal, "open");
    }
}
