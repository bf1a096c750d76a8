// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.contract;

import dev.sluice.uring.RingOptions;
import dev.sluice.uring.emulated.EmulatedRing;

/** Main class of a child JVM: says by what calls are made there. It lies in no package of the module, which so may be one. */
public final class BindingProgram {
    private BindingProgram() {}

    public static void main(String[] args) {
        try (EmulatedRing ring = EmulatedRing.open(RingOptions.defaults())) {
            System.out.println(ring.binding());
        }
    }
}
