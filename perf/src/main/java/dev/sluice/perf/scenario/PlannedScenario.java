// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.report.Result;
import java.io.IOException;
import java.util.function.IntFunction;

/** A scenario with two plans, each for a number of runs: a short one and the full one. */
abstract class PlannedScenario<P> implements Scenario {
    private final String name;
    private final String description;
    private final IntFunction<P> quickPlan;
    private final int quickRepeat;
    private final IntFunction<P> fullPlan;
    private final int fullRepeat;

    /** The numbers of runs are those that count unless the command line says another. */
    PlannedScenario(
            String name,
            String description,
            IntFunction<P> quickPlan,
            int quickRepeat,
            IntFunction<P> fullPlan,
            int fullRepeat) {
        this.name = name;
        this.description = description;
        this.quickPlan = quickPlan;
        this.quickRepeat = quickRepeat;
        this.fullPlan = fullPlan;
        this.fullRepeat = fullRepeat;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final String description() {
        return description;
    }

    @Override
    public final Result run(RunSettings settings) throws IOException {
        return run(
                settings,
                settings.quick()
                        ? quickPlan.apply(settings.repeat().orElse(quickRepeat))
                        : fullPlan.apply(settings.repeat().orElse(fullRepeat)));
    }

    abstract Result run(RunSettings settings, P plan) throws IOException;
}
