// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.contract;

import dev.sluice.uring.Ring;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What every ring refuses to other threads than its owner, and after close. */
public final class OwnerCalls {
    private OwnerCalls() {}

    public static Stream<Arguments> all() {
        return Stream.of(
                call("tryClaim", Ring::tryClaim),
                call("unsubmitted", Ring::unsubmitted),
                call("workPending", Ring::workPending),
                call("submit", Ring::submit),
                call("submitAndWait", ring -> ring.submitAndWait(1, 0)),
                call("drainCompletions", ring -> ring.drainCompletions((userData, result, flags) -> {}, 1)),
                call("limitWorkers", ring -> ring.registration().limitWorkers(0, 0)),
                call("keepCompletions", Ring::keepCompletions));
    }

    public static Arguments call(String name, Consumer<Ring> call) {
        return Arguments.of(name, call);
    }
}
