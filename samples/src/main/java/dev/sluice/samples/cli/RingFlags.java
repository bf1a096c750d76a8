// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import dev.sluice.uring.SetupFlags;
import java.util.ArrayList;
import java.util.List;

/** Says which flags a ring was set up with, for the line printed at the start. */
final class RingFlags {
    private RingFlags() {}

    /** Returns those that make a difference to a server, for example {@code SINGLE_ISSUER|DEFER_TASKRUN}. */
    static String names(int setupFlags) {
        final List<String> names = new ArrayList<>();
        add(names, setupFlags, SetupFlags.SINGLE_ISSUER, "SINGLE_ISSUER");
        add(names, setupFlags, SetupFlags.DEFER_TASKRUN, "DEFER_TASKRUN");
        add(names, setupFlags, SetupFlags.COOP_TASKRUN, "COOP_TASKRUN");
        add(names, setupFlags, SetupFlags.TASKRUN_FLAG, "TASKRUN_FLAG");
        add(names, setupFlags, SetupFlags.SUBMIT_ALL, "SUBMIT_ALL");
        return names.isEmpty() ? "no flags" : String.join("|", names);
    }

    private static void add(List<String> names, int setupFlags, int flag, String name) {
        if ((setupFlags & flag) != 0) {
            names.add(name);
        }
    }
}
