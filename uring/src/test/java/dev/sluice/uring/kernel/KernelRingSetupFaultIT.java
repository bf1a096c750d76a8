// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.RingException;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.contract.RingTester;
import dev.sluice.uring.host.SetupDiagnosis;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.NativeMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Goal: a set-up that fails half way leaves nothing behind. Method: the 1st, 2nd, ... step fails until a run finishes; after each, the
 * descriptors and the mappings of rings in this process are those from before.
 */
class KernelRingSetupFaultIT {

    private static final RingOptions SMALL = new RingOptions(8, 32);

    private int stepsUntilFault;

    private boolean fails() {
        return --stepsUntilFault == 0;
    }

    private final class Failing extends ForwardingBinding {
        Failing(RingBinding next) {
            super(next);
        }

        @Override
        public int setup(int entries, ByteBuffer params) {
            return fails() ? -Errno.ENOMEM : super.setup(entries, params);
        }

        @Override
        public int register(int opcode, long argument, int count) {
            return fails() ? -Errno.ENOMEM : super.register(opcode, argument, count);
        }
    }

    private final class FailingMappings extends SystemCallBinding {
        FailingMappings() {
            super("for a test");
        }

        @Override
        NativeMemory map(long lengthBytes, long offset) {
            if (fails()) {
                throw Errno.unchecked("mmap(offset=" + offset + ")", Errno.ENOMEM);
            }
            return super.map(lengthBytes, offset);
        }
    }

    @Test
    void shouldLeaveNothingBehindByLiburing() throws Exception {
        assertThat(failuresInTurn(() -> new Failing(BindingKind.LIBURING.create())))
                .satisfiesExactly(
                        message -> assertThat(message).startsWith("io_uring_setup(entries=8, cq_entries=32) failed: "),
                        message -> assertThat(message).isEqualTo("io_uring_register(PROBE) failed: ENOMEM (12)"),
                        message ->
                                assertThat(message).isEqualTo("io_uring_register(ENABLE_RINGS) failed: ENOMEM (12)"));
    }

    @Test
    void shouldLeaveNothingBehindBySystemCalls() throws Exception {
        final String notMapped = "the queues could not be mapped: mmap(offset=%d) failed: ENOMEM (12)";
        assertThat(failuresInTurn(() -> new Failing(new FailingMappings())))
                .satisfiesExactly(
                        message -> assertThat(message).startsWith("io_uring_setup(entries=8, cq_entries=32) failed: "),
                        message -> assertThat(message).isEqualTo(notMapped, 0),
                        message -> assertThat(message).isEqualTo(notMapped, 0x10000000),
                        message -> assertThat(message).isEqualTo("io_uring_register(PROBE) failed: ENOMEM (12)"),
                        message ->
                                assertThat(message).isEqualTo("io_uring_register(ENABLE_RINGS) failed: ENOMEM (12)"));
    }

    /** What each failing run says; ends with the first that does not fail. */
    private List<String> failuresInTurn(Supplier<RingBinding> bindings) throws IOException {
        RingTester.open().close(); // skips where there is no ring
        final List<String> before = ringsOfThisProcess();
        final List<String> failures = new ArrayList<>();
        for (int step = 1; ; step++) {
            stepsUntilFault = step;
            try (KernelRing ring = KernelRing.open(SMALL, bindings.get(), new SetupDiagnosis(Path.of("/proc")))) {
                assertThat(ringsOfThisProcess()).as("an open ring is seen").hasSizeGreaterThan(before.size());
                ring.enable();
                return failures;
            } catch (RingException e) {
                failures.add(e.getMessage());
            }
            assertThat(ringsOfThisProcess()).as("left by: %s", failures).isEqualTo(before);
        }
    }

    /** Descriptors and mappings, whose names the kernel gives. */
    private static List<String> ringsOfThisProcess() throws IOException {
        final List<String> rings = new ArrayList<>();
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            for (final Path fd : fds.toList()) {
                rings.add(fd + " " + targetOf(fd));
            }
        }
        rings.addAll(Files.readAllLines(Path.of("/proc/self/maps")));
        rings.removeIf(line -> !line.endsWith("anon_inode:[io_uring]"));
        return rings;
    }

    private static String targetOf(Path fd) throws IOException {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (NoSuchFileException e) {
            return "closed meanwhile: the listing's own, or another thread's";
        }
    }
}
