// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.EventQueue;
import dev.sluice.events.EventQueueOptions;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedHost;
import dev.sluice.uring.simulated.SimulatedRing;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: under every order of completions, with latency, errors, short transfers, interrupted waits, refused submissions and a completion queue
 * that overflows, nothing is lost, doubled or stale. Method: files, connections and timers on a simulated ring, each with a model of what it
 * must find; operations are cancelled, in time or too late, and given deadlines. Replay: -Dseed=N.
 */
class SimulatedSoakTest {
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final int FILES = 400;
    private static final int CLIENTS = 10;
    private static final int TIMERS = 20;
    private static final int BLOCK_BYTES = 64;
    private static final int MESSAGE_BYTES = 200;
    private static final long TURN_NS = 1_000_000L;
    private static final int MOST_ADVANCE_NS = 1_000_000;
    private static final int MOST_TURNS_TO_STOP = 200_000;

    @TempDir
    Path directory;

    @Test
    void shouldLoseNothingInManyOperations() throws Exception {
        run(200_000L);
    }

    @Test
    @Tag("soak")
    @Timeout(1_800)
    void shouldLoseNothingInTenMillionOperations() throws Exception {
        run(10_000_000L);
    }

    private void run(long operations) throws Exception {
        System.out.println("SimulatedSoakTest: -Dseed=" + SEED);
        final Trouble trouble = new Trouble();
        final SimulatedRing ring = new SimulatedRing(SEED, 256, 512, trouble);
        final SimulatedHost host = ring.host();
        try (RootDirectory root = RootDirectory.open(directory);
                EventQueue events = EventQueue.over(ring, EventQueueOptions.defaults())) {
            final AsyncIo io = AsyncIo.on(events);
            final SoakRun run = new SoakRun(events, io, new SplittableRandom(SEED));
            populate(run, root, host);
            trouble.on = true;
            while (run.started < operations) {
                run.turn(TURN_NS);
                ring.advance(run.random.nextInt(MOST_ADVANCE_NS)); // connections keep it from waiting for the disk
            }
            trouble.on = false;
            run.stop(TURN_NS, MOST_TURNS_TO_STOP);

            run.assertBooksBalance();
            assertThat(host.openDescriptors()).as("simulated descriptors").isZero();
            assertThat(ring.waitedForWorker())
                    .as("what waits in the kernel goes by arrival, so nothing must")
                    .isZero();
            System.out.println("SimulatedSoakTest: " + run.books() + "; " + trouble.errors + " errors injected, "
                    + ring.nanoTime() / 1_000_000_000L + " simulated seconds");
        }
    }

    private static void populate(SoakRun run, RootDirectory root, SimulatedHost host) {
        for (int i = 0; i < FILES; i++) {
            run.add(new SoakFile(run, root, i, BLOCK_BYTES, false));
        }
        final int listener = host.listener();
        final SoakEchoClient.Connecting connecting = (socket, client) -> {
            socket.adopt(host.connect(listener), run.container(), client);
            return 0L;
        };
        run.add(new SoakListener(run, run.io.listener(listener, run.container(), "listener"), false));
        for (int i = 0; i < CLIENTS; i++) {
            run.add(new SoakEchoClient(run, connecting, MESSAGE_BYTES, null, null));
        }
        for (int i = 0; i < TIMERS; i++) {
            SoakTimer.addPair(run);
        }
    }

    /** All that a kernel may do, at random. */
    private static final class Trouble implements SimulatedFaults {
        private static final int[] ERRNOS = {Errno.EIO, Errno.ENOMEM, Errno.EAGAIN, Errno.ENOSPC, Errno.EINTR};

        boolean on;
        long errors;

        /** So many enters are still to take nothing. */
        private int shortages;

        @Override
        public int errno(long sequence, int opcode, SplittableRandom random) {
            final boolean ownBusiness = opcode == Opcode.POLL_ADD
                    || opcode == Opcode.POLL_REMOVE
                    || opcode == Opcode.ASYNC_CANCEL
                    || opcode == Opcode.TIMEOUT
                    || opcode == Opcode.CLOSE; // a failed close has closed, which simulated ones have not
            if (!on || ownBusiness || random.nextInt(200) != 0) {
                return 0;
            }
            errors++;
            return ERRNOS[random.nextInt(ERRNOS.length)];
        }

        @Override
        public boolean cached(SplittableRandom random) {
            return random.nextInt(3) != 0;
        }

        @Override
        public boolean renamed(SplittableRandom random) {
            return random.nextInt(3) == 0;
        }

        @Override
        public long latencyNs(int opcode, SplittableRandom random) {
            return random.nextInt(4) == 0 ? 0L : random.nextInt(2_000_000);
        }

        @Override
        public int transferable(int lengthBytes, SplittableRandom random) {
            return on && lengthBytes > 0 && random.nextInt(10) == 0 ? 1 + random.nextInt(lengthBytes) : lengthBytes;
        }

        @Override
        public int next(int candidates, SplittableRandom random) {
            return random.nextInt(candidates);
        }

        @Override
        public boolean cancelCompletesFirst(SplittableRandom random) {
            return random.nextBoolean();
        }

        @Override
        public boolean stoppable(SplittableRandom random) {
            return random.nextInt(3) != 0;
        }

        @Override
        public int accepted(int claimed, SplittableRandom random) {
            if (!on || claimed == 0) {
                shortages = 0;
            } else if (shortages > 0) {
                shortages--;
                return 0;
            } else if (random.nextInt(1_000) == 0) {
                shortages = random.nextInt(300);
            } else if (random.nextInt(50) == 0) {
                return random.nextInt(claimed);
            }
            return claimed;
        }

        @Override
        public boolean interrupted(SplittableRandom random) {
            return random.nextInt(100) == 0;
        }
    }
}
