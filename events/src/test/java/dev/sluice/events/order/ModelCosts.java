// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import java.math.BigInteger;

/** What is charged for a service, and what a lead is worth with another share. */
final class ModelCosts {
    static final long MAX_LEAD = 1L << 61;

    private static final long MIN_COST_NS = 256L;

    private ModelCosts() {}

    static long of(long costNs, int share) {
        return Math.max(costNs, MIN_COST_NS) * 1_048_576L / share;
    }

    static long scaled(long lead, int share, int newShare) {
        return BigInteger.valueOf(lead)
                .multiply(BigInteger.valueOf(share))
                .divide(BigInteger.valueOf(newShare))
                .min(BigInteger.valueOf(MAX_LEAD))
                .longValueExact();
    }
}
