// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import dev.sluice.uring.RingOptions;
import dev.sluice.uring.contract.RingTester;
import dev.sluice.uring.host.SetupDiagnosis;
import dev.sluice.uring.sys.LibUring;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The ways to reach a ring, whatever the system property asks for. */
enum BindingKind {
    LIBURING {
        @Override
        RingBinding create() {
            try {
                LibUring.bind(LibUring.SONAME);
            } catch (UnsatisfiedLinkError e) {
                Assumptions.abort("no liburing here: " + e.getMessage());
            }
            return new LiburingBinding(LibUring.SONAME);
        }
    },
    SYSTEM_CALLS {
        @Override
        RingBinding create() {
            return new SystemCallBinding("for a test");
        }
    };

    abstract RingBinding create();

    /** Skips the test, saying why, where this process cannot have a ring in this way. */
    final RingTester open() {
        return open(create());
    }

    static RingTester open(RingBinding binding) {
        return RingTester.open(
                () -> KernelRing.open(RingOptions.defaults(), binding, new SetupDiagnosis(Path.of("/proc"))));
    }
}
