// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.contract;

import dev.sluice.uring.Ring;

/**
 * What every implementation of {@link Ring} passes: the base profile, which Linux 5.15 has. The contracts are classes of
 * their own by subject; an implementation runs all of them as nested classes of one test.
 */
public interface RingContract {
    /** Opens the ring under test, enabled, with its world. */
    RingTester open(int entries, int cqEntries);
}
