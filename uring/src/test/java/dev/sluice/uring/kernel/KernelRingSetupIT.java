// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.uring.Opcode;
import dev.sluice.uring.RingFeatures;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.RingUnavailableException;
import dev.sluice.uring.SetupFlags;
import dev.sluice.uring.contract.RingTester;
import dev.sluice.uring.host.SetupDiagnosis;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.sys.ParamsLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelRingSetupIT {

    private static final RingOptions SMALL = new RingOptions(8, 32);
    private static final int BASE = SetupFlags.R_DISABLED | SetupFlags.CLAMP | SetupFlags.CQSIZE;

    @TempDir
    Path proc;

    /** A kernel that knows only some flags and refuses the rest as the kernel does. */
    private static final class OlderKernel extends ForwardingBinding {
        final List<Integer> asked = new ArrayList<>();
        private final int known;

        OlderKernel(int known, RingBinding binding) {
            super(binding);
            this.known = known;
        }

        @Override
        public int setup(int entries, ByteBuffer params) {
            final int flags = params.getInt(ParamsLayout.FLAGS);
            asked.add(flags);
            return (flags & ~known) != 0 ? -Errno.EINVAL : super.setup(entries, params);
        }
    }

    private KernelRing open(RingBinding binding) {
        return KernelRing.open(SMALL, binding, new SetupDiagnosis(proc));
    }

    @ParameterizedTest
    @CsvSource({
        "LIBURING, 1, 0x03280, 6.1: deferred completion work",
        "LIBURING, 2, 0x01380, 6.0: a single issuer",
        "LIBURING, 3, 0x00380, 5.19: cooperative completion work",
        "LIBURING, 4, 0x00080, 5.18: all are submitted",
        "LIBURING, 5, 0x00000, 5.15: nothing beyond the base",
        "SYSTEM_CALLS, 1, 0x13280, 6.6: no index array",
        "SYSTEM_CALLS, 2, 0x03280, 6.1: deferred completion work",
        "SYSTEM_CALLS, 3, 0x01380, 6.0: a single issuer",
        "SYSTEM_CALLS, 4, 0x00380, 5.19: cooperative completion work",
        "SYSTEM_CALLS, 5, 0x00080, 5.18: all are submitted",
        "SYSTEM_CALLS, 6, 0x00000, 5.15: nothing beyond the base",
    })
    void shouldTakeTheRichestFlagsTheKernelAccepts(BindingKind kind, int steps, String extraFlags, String since) {
        final int flags = BASE | Integer.decode(extraFlags);
        final OlderKernel kernel = new OlderKernel(flags, kind.create());

        try (KernelRing ring = open(kernel)) {
            assertThat(kernel.asked).as(since).hasSize(steps).endsWith(flags);
            final int addedByLiburing = kind == BindingKind.LIBURING ? SetupFlags.NO_SQARRAY : 0;
            assertThat(ring.setupFlags()).isIn(flags, flags | addedByLiburing);
            assertThat(ring.features().setupFlags()).isEqualTo(ring.setupFlags());

            ring.enable();
            final List<Long> completed = new ArrayList<>();
            for (long userData = 0; userData < 100; userData++) { // both queues go round several times
                ring.tryClaim().prepNop().userData(userData);
                ring.submitAndWait(1, -1L);
                ring.drainCompletions((data, result, cqeFlags) -> completed.add(data), 10);
            }
            assertThat(completed)
                    .containsExactlyElementsOf(LongStream.range(0, 100).boxed().toList());
        }
    }

    @Test
    void shouldSayWhichKernelItNeedsWhenNoFlagsAreAccepted() {
        assertThatThrownBy(() -> open(new OlderKernel(0, new SystemCallBinding("for a test"))))
                .isInstanceOf(RingUnavailableException.class)
                .hasMessageStartingWith("io_uring_setup(entries=8, cq_entries=32) failed: EINVAL (22); kernel "
                        + System.getProperty("os.version"))
                .hasMessageContaining("Linux 5.15 or later is needed");
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EPERM, Errno.ENOSYS, Errno.ENOMEM, Errno.EMFILE})
    void shouldNotTryFewerFlagsWhenTheFlagsAreNotTheReason(int errno) {
        final List<Integer> calls = new ArrayList<>();

        final RingUnavailableException refusal = refusal(errno, calls);

        assertThat(calls).hasSize(1);
        assertThat(refusal.errno()).isEqualTo(errno);
    }

    @ParameterizedTest
    @CsvSource({
        "2, 'sysctl kernel.io_uring_disabled is 2: disabled for every process; sysctl -w kernel.io_uring_disabled=0 enables it'",
        "1, 'sysctl kernel.io_uring_disabled is 1: disabled for processes without CAP_SYS_ADMIN outside the group of"
                + " kernel.io_uring_group; join that group, or sysctl -w kernel.io_uring_disabled=0'",
    })
    void shouldNameTheSysctlThatForbidsRings(String value, String cause) throws Exception {
        write("sys/kernel/io_uring_disabled", value + "\n");

        assertThat(refusal(Errno.EPERM, new ArrayList<>()))
                .hasMessage("io_uring_setup(entries=8, cq_entries=32) failed: EPERM (1); " + cause);
    }

    @Test
    void shouldNameTheSeccompFilterWhenTheSysctlAllowsRings() throws Exception {
        write("sys/kernel/io_uring_disabled", "0\n");
        write("self/status", "Name:\tjava\nNoNewPrivs:\t0\nSeccomp:\t2\nSeccomp_filters:\t1\n");

        assertThat(refusal(Errno.EPERM, new ArrayList<>()))
                .hasMessageContaining("kernel.io_uring_disabled is 0, so it is not that")
                .hasMessageContaining("allow io_uring_setup, io_uring_enter and io_uring_register")
                .hasMessageEndingWith("Seccomp: 2 in /proc/self/status, a filter is active");
    }

    @Test
    void shouldNameKernelAndSeccompWhenTheSystemCallIsMissing() throws Exception {
        write("self/status", "Seccomp:\t0\n");

        assertThat(refusal(Errno.ENOSYS, new ArrayList<>()))
                .hasMessageContaining("this kernel (" + System.getProperty("os.version") + ") has no io_uring")
                .hasMessageContaining("CONFIG_IO_URING")
                .hasMessageEndingWith("Seccomp: 0 in /proc/self/status, no filter is active");
    }

    @Test
    void shouldNameTheLimitOfLockedMemoryWithItsValue() throws Exception {
        write("self/limits", "Max locked memory         65536                65536                bytes     \n");

        assertThat(refusal(Errno.ENOMEM, new ArrayList<>()))
                .hasMessageContaining("RLIMIT_MEMLOCK")
                .hasMessageContaining("Max locked memory is 65536 65536 bytes (soft, hard, unit)")
                .hasMessageContaining("ulimit -l");
    }

    @Test
    void shouldNameTheLimitOfOpenFilesWithItsValue() throws Exception {
        write("self/limits", "Max open files            1024                 4096                 files     \n");

        assertThat(refusal(Errno.EMFILE, new ArrayList<>()))
                .hasMessageContaining("Max open files is 1024 4096 files (soft, hard, unit); raise it (ulimit -n)");
    }

    @Test
    void shouldStillNameTheErrorWhenProcCannotBeRead() {
        assertThat(refusal(Errno.EPERM, new ArrayList<>()))
                .hasMessageContaining("failed: EPERM (1)")
                .hasMessageContaining("not readable");
        assertThat(refusal(Errno.ENOMEM, new ArrayList<>())).hasMessageContaining("Max locked memory is unknown");
    }

    /** Real JVM: JNA unpacks its library into a folder, and there is none. */
    @Test
    void shouldNameTheTemporaryFolderWhenJnaCannotLoad() throws Exception {
        final Path notAFolder = Files.createFile(proc.resolve("file"));
        final Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djna.nosys=true",
                        "-Djna.tmpdir=" + notAFolder.resolve("below"),
                        "-Djna.boot.library.path=" + proc,
                        "-cp",
                        System.getProperty("java.class.path"),
                        OpenOneRing.class.getName())
                .redirectErrorStream(true)
                .start();
        final String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output)
                .contains("RingUnavailableException: JNA could not load its native library")
                .contains("-Djna.tmpdir");
        assertThat(child.exitValue()).isEqualTo(1);
    }

    /** Main class of a child JVM. */
    static final class OpenOneRing {
        private OpenOneRing() {}

        public static void main(String[] args) {
            KernelRing.open(SMALL).close();
        }
    }

    @Test
    void shouldProbeWhatTheKernelCanDo() {
        try (RingTester tester = RingTester.open()) {
            final RingFeatures features = tester.ring.features();

            assertThat(features.supports(Opcode.NOP)).isTrue();
            assertThat(features.supports(Opcode.SHUTDOWN)).isTrue();
            assertThat(features.supports(255)).isFalse();
            assertThat(features.supports(256)).isFalse();
            assertThat(features.supports(-1)).isFalse();
            assertThat(features.hasFeature(RingFeatures.FEAT_NODROP | RingFeatures.FEAT_EXT_ARG))
                    .isTrue();
            assertThat(features.hasFeature(1 << 31)).isFalse();
            assertThat(features.kernelRelease()).isEqualTo(System.getProperty("os.version"));
        }
    }

    @Test
    void shouldRoundSizesUpAndUseAllOfThem() {
        try (RingTester tester = RingTester.open(new RingOptions(5, 9))) {
            int claimed = 0;
            while (tester.ring.tryClaim() != null) {
                claimed++;
            }

            assertThat(claimed).isEqualTo(8);
        }
    }

    @Test
    void shouldLimitTheKernelsWorkerThreads() {
        try (RingTester tester = RingTester.open()) {
            tester.ring.registration().limitWorkers(2, 3);

            assertThatThrownBy(() -> tester.ring.registration().limitWorkers(-1, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("limits must not be negative: bounded=-1, unbounded=0");
        }
    }

    private RingUnavailableException refusal(int errno, List<Integer> calls) {
        return catchThrowableOfType(
                RingUnavailableException.class,
                () -> open(new ForwardingBinding(new SystemCallBinding("for a test")) {
                    @Override
                    public int setup(int entries, ByteBuffer params) {
                        calls.add(entries);
                        return -errno;
                    }
                }));
    }

    private void write(String file, String content) throws IOException {
        Files.createDirectories(proc.resolve(file).getParent());
        Files.writeString(proc.resolve(file), content);
    }
}
