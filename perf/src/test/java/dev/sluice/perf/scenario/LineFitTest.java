// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class LineFitTest {

    @Test
    void shouldFindTheLineThatPointsLieOn() {
        final LineFit fit = LineFit.of(List.of(1.0, 8.0, 128.0), List.of(600.0, 1300.0, 13_300.0));

        assertThat(fit.intercept()).isCloseTo(500, within(1e-6));
        assertThat(fit.slope()).isCloseTo(100, within(1e-6));
    }

    /** Worked out by hand: means 2 and 3, products 1, squares 2. */
    @Test
    void shouldTakeTheLeastSquaresOfPointsBesideTheLine() {
        final LineFit fit = LineFit.of(List.of(1.0, 2.0, 3.0), List.of(2.0, 4.0, 3.0));

        assertThat(fit.intercept()).isCloseTo(2, within(1e-9));
        assertThat(fit.slope()).isCloseTo(0.5, within(1e-9));
    }
}
