package dev.sluice.uring;

import dev.sluice.uring.sys.LibUring;
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
}
