// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.Sqe;
import dev.sluice.uring.contract.RingTester;
import dev.sluice.uring.header.CProgram;
import dev.sluice.uring.sys.CallBinding;
import dev.sluice.uring.sys.LibUring;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which binding is taken, and what it says of itself. */
class RingBindingIT {

    private static final String CALLS = ", " + CallBinding.chosen();

    @TempDir
    Path folder;

    private String asked;

    @BeforeEach
    void forgetWhatTheBuildAskedFor() {
        asked = System.clearProperty(RingBinding.SYSTEM_CALLS_PROPERTY);
    }

    @AfterEach
    void askAgain() {
        if (asked == null) {
            System.clearProperty(RingBinding.SYSTEM_CALLS_PROPERTY);
        } else {
            System.setProperty(RingBinding.SYSTEM_CALLS_PROPERTY, asked);
        }
    }

    @Test
    void shouldTakeLiburingWhereItIsInstalled() {
        BindingKind.LIBURING.create(); // skips where it is not

        assertThat(nopBy(RingBinding.choose(LibUring.SONAME)))
                .matches("liburing 2[0-9.]* \\(/.*liburing\\.so\\.2.*\\)" + CALLS);
    }

    @Test
    void shouldTakeSystemCallsWhereLiburingIsNotInstalled() {
        assertThat(nopBy(RingBinding.choose("liburing-absent.so.2")))
                .isEqualTo(
                        "system calls (liburing-absent.so.2: cannot open shared object file: No such file or directory)"
                                + CALLS);
    }

    @Test
    void shouldTakeSystemCallsWhereLiburingIsTooOld() throws Exception {
        final Path old = folder.resolve("liburing-old.so.2");
        CProgram.library(folder, old, "int io_uring_queue_init_params(void) { return -1; }");

        assertThat(nopBy(RingBinding.choose(old.toString())))
                .matches("system calls \\(.*" + old + ": undefined symbol: io_uring_\\w+\\)" + CALLS);

        shouldTakeLiburingWhereItIsInstalled(); // what the old one had is not left bound
    }

    @Test
    void shouldTakeSystemCallsWhereTheyAreAskedFor() {
        System.setProperty(RingBinding.SYSTEM_CALLS_PROPERTY, "true");

        assertThat(nopBy(RingBinding.choose(LibUring.SONAME)))
                .isEqualTo("system calls (-Dsluice.uring.systemCalls)" + CALLS);
    }

    /** Carries a NOP out and returns what the ring says of its binding. */
    private static String nopBy(RingBinding binding) {
        try (RingTester tester = BindingKind.open(binding)) {
            assertThat(tester.run(Sqe::prepNop)).isZero();
            return tester.ring.binding();
        }
    }
}
