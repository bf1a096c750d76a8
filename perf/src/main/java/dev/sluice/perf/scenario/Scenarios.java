// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import java.util.List;
import java.util.stream.Collectors;

/** All scenarios. */
public final class Scenarios {
    private Scenarios() {}

    /**
     * Every scenario there is.
     *
     * @return in the order of the list
     */
    public static List<Scenario> all() {
        return List.of(
                new HotUnderCold(),
                new HotFile(),
                new WebMix(),
                new DeclaredDescriptors(),
                new MillionContainers(),
                new UrgentBehindLow(),
                new Nop(),
                new RandomReads(),
                new CachedCalls(),
                new UrgentRead(),
                new MixedFile());
    }

    /**
     * A scenario by its name.
     *
     * @param name its name
     * @return the scenario
     * @throws IllegalArgumentException if there is none of that name; the message lists those there are
     */
    public static Scenario named(String name) {
        return all().stream()
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no scenario " + name + "; there are "
                        + all().stream().map(Scenario::name).collect(Collectors.joining(", "))));
    }
}
