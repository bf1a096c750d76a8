// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import java.util.HashMap;
import java.util.Map;

/** One principal of a {@link SchedulerModel}, or what is under none. */
final class ModelBands {
    static final int DEQUEUES_PER_RESCUE = 16;

    final Map<Integer, Long> times = new HashMap<>();
    final Map<Integer, Long> idleSinceNs = new HashMap<>();
    int share;
    long time;
    long forgottenNs;
    int untilRescue = DEQUEUES_PER_RESCUE;

    ModelBands(int share) {
        this.share = share;
    }
}
