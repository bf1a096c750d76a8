package dev.sluice.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.jna.Pointer;
import dev.sluice.uring.sys.LibUring;
import dev.sluice.uring.sys.ParamsLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelRingSetupIT {

    private static final RingOptions SMALL =
            RingOptions.builder().entries(8).cqEntries(32).build();
    private static final int BASE = SetupFlags.R_DISABLED | SetupFlags.CLAMP | SetupFlags.CQSIZE;

    @TempDir
    Path proc;

    /** A kernel that knows only some flags and refuses the rest as the kernel does. */
    private static final class OlderKernel implements RingSetup.QueueInit {
        final List<Integer> asked = new ArrayList<>();
        private final int known;

        OlderKernel(int known) {
            this.known = known;
        }

        @Override
        public int queueInitParams(int entries, long ring, long params) {
            final int flags = new Pointer(params).getInt(ParamsLayout.FLAGS);
            asked.add(flags);
            return (flags & ~known) != 0 ? -Errno.EINVAL : LibUring.io_uring_queue_init_params(entries, ring, params);
        }
    }

    private KernelRing open(RingSetup.QueueInit init) {
        return KernelRing.open(SMALL, LibUring.SONAME, init, new SetupDiagnosis(proc));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0x3280, 6.1: deferred completion work",
        "2, 0x1380, 6.0: a single issuer",
        "3, 0x0380, 5.19: cooperative completion work",
        "4, 0x0080, 5.18: all are submitted",
        "5, 0x0000, 5.15: nothing beyond the base",
    })
    void shouldTakeTheRichestFlagsTheKernelAccepts(int steps, String extraFlags, String since) {
        final int flags = BASE | Integer.decode(extraFlags);
        final OlderKernel kernel = new OlderKernel(flags | SetupFlags.NO_SQARRAY);

        try (KernelRing ring = open(kernel)) {
            ring.enable();
            ring.tryClaim().prepNop().userData(42L);
            ring.submitAndWait(1, -1L);
            final List<Long> completed = new ArrayList<>();
            ring.drainCompletions((userData, result, cqeFlags) -> completed.add(userData), 10);

            assertThat(kernel.asked).as(since).hasSize(steps).endsWith(flags);
            assertThat(ring.setupFlags() & ~SetupFlags.NO_SQARRAY).isEqualTo(flags);
            assertThat(ring.features().setupFlags()).isEqualTo(ring.setupFlags());
            assertThat(completed).containsExactly(42L);
        }
    }

    @Test
    void shouldSayWhichKernelItNeedsWhenNoFlagsAreAccepted() {
        assertThatThrownBy(() -> open(new OlderKernel(0)))
                .isInstanceOf(RingUnavailableException.class)
                .hasMessageStartingWith(
                        "io_uring_queue_init_params(entries=8, cq_entries=32) failed: EINVAL (22); kernel "
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
                .hasMessage("io_uring_queue_init_params(entries=8, cq_entries=32) failed: EPERM (1); " + cause);
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

    @Test
    void shouldSayHowToInstallLiburingWhenItIsMissing() {
        assertThatThrownBy(() -> KernelRing.open(
                        SMALL, "liburing-absent.so.2", LibUring::io_uring_queue_init_params, new SetupDiagnosis(proc)))
                .isInstanceOf(RingUnavailableException.class)
                .hasMessageStartingWith(
                        "liburing-absent.so.2 (liburing 2.3 or later) could not be loaded; install it: package liburing2");
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
    void shouldSayHowTheRingIsReached() {
        try (RingTester tester = RingTester.open()) {
            assertThat(tester.ring.binding()).matches("liburing 2[0-9.]* \\(/.*liburing\\.so\\.2.*\\)");
        }
    }

    @Test
    void shouldRoundSizesUpAndUseAllOfThem() {
        try (RingTester tester =
                RingTester.open(RingOptions.builder().entries(5).cqEntries(9).build())) {
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
            tester.ring.limitWorkers(2, 3);

            assertThatThrownBy(() -> tester.ring.limitWorkers(-1, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("limits must not be negative: bounded=-1, unbounded=0");
        }
    }

    private RingUnavailableException refusal(int errno, List<Integer> calls) {
        return catchThrowableOfType(
                RingUnavailableException.class,
                () -> open((entries, ring, params) -> {
                    calls.add(entries);
                    return -errno;
                }));
    }

    private void write(String file, String content) throws IOException {
        Files.createDirectories(proc.resolve(file).getParent());
        Files.writeString(proc.resolve(file), content);
    }
}
