// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import java.util.stream.LongStream;

/** Seeds of a test against a model: one that is always the same, and a new one; or the one to be replayed, -Dseed=N. */
final class Seeds {
    private Seeds() {}

    static LongStream of() {
        final Long given = Long.getLong("seed");
        return given == null ? LongStream.of(1L, System.nanoTime()) : LongStream.of(given);
    }
}
