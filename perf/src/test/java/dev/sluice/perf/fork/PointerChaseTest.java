// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PointerChaseTest {
    private static final int LINES = 1000;

    @Test
    void shouldVisitEveryLineBeforeOneIsVisitedAgain() {
        final PointerChase chase = new PointerChase(LINES * 64L, 42);
        final Set<Integer> visited = new HashSet<>();
        for (int i = 0; i < LINES; i++) {
            final int line = chase.follow(1);
            assertThat(line % 16).as("ints from the start of a line").isZero();
            assertThat(visited.add(line)).isTrue();
        }
        assertThat(visited).contains(chase.follow(1));
    }

    @Test
    void shouldGoAsFarInOneCallAsInSeveral() {
        final PointerChase one = new PointerChase(LINES * 64L, 7);
        final PointerChase other = new PointerChase(LINES * 64L, 7);
        other.follow(2);
        other.follow(3);
        other.follow(1);

        assertThat(one.follow(6)).isEqualTo(other.follow(0));
    }
}
