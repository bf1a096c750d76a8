// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jol.datamodel.Model64;
import org.openjdk.jol.info.ClassData;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.layouters.HotSpotLayouter;

/** A million of each must not cost a line of the cache more: as HotSpot lays them out with references and class pointers compressed. */
class FootprintTest {
    @ParameterizedTest
    @CsvSource({"dev.sluice.events.order.ContainerQueue, 64", "dev.sluice.events.InterestKey, 72"})
    void shouldNotGrow(Class<?> type, long mostBytes) {
        final ClassLayout layout = new HotSpotLayouter(new Model64(true, true), 17).layout(ClassData.parseClass(type));

        assertThat(layout.instanceSize()).as(layout.toPrintable()).isLessThanOrEqualTo(mostBytes);
    }
}
