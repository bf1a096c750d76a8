// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.fork.Fork;
import dev.sluice.perf.host.Machine;
import dev.sluice.perf.host.Network;
import dev.sluice.perf.host.Teardown;
import dev.sluice.perf.host.VethPair;
import dev.sluice.perf.peers.ServerKind;
import dev.sluice.perf.peers.SluiceServer;
import dev.sluice.perf.report.Curve;
import dev.sluice.perf.report.Measurements;
import dev.sluice.perf.report.Result;
import dev.sluice.perf.report.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * How a scenario is run.
 *
 * @param quick short phases and fewer points: shows that it works and roughly where it stands
 * @param repeat how often everything is measured; empty for the scenario's own choice
 * @param servers which servers, out of the scenario's
 * @param serverJar the jar of Sluice's file server
 * @param java JVM for the servers in Java, and its options
 * @param java21 the same of JDK 21 or later, for what needs virtual threads
 * @param veth whether a pair of virtual Ethernet devices is between servers and load, where a scenario can have it, or loopback
 * @param workDirectory for files to serve and the servers' own; cold files found there are used again
 * @param teardown ends at the latest what the scenario starts
 * @param command the command line, for the report
 * @param version version of this program, for the report
 * @param progress told in a line what is being done
 */
public record RunSettings(
        boolean quick,
        OptionalInt repeat,
        List<String> servers,
        Path serverJar,
        List<String> java,
        List<String> java21,
        boolean veth,
        Path workDirectory,
        Teardown teardown,
        String command,
        String version,
        Consumer<String> progress) {

    /** What is between servers and load, noted among what was chosen. */
    Network network(Teardown owner, Map<String, String> chosen) throws IOException {
        chosen.put(
                "network",
                veth
                        ? "veth pair, each end's packets received on its own CPU"
                        : "loopback: who sends does the receiver's part, too");
        return veth ? owner.add(VethPair.create("sp" + ProcessHandle.current().pid())) : Network.loopback();
    }

    /** Those that were asked for, in the scenario's order. */
    List<ServerKind> select(List<ServerKind> offered) {
        return select(offered, ServerKind::name);
    }

    /** Those that were asked for by their names, in the scenario's order. */
    <T> List<T> select(List<T> offered, Function<T, String> name) {
        final List<T> selected = offered.stream()
                .filter(each -> servers.isEmpty() || servers.contains(name.apply(each)))
                .toList();
        if (selected.isEmpty()) {
            throw new IllegalArgumentException("none of " + servers + " is among "
                    + offered.stream().map(name).toList());
        }
        return selected;
    }

    Result result(
            Scenario scenario,
            Instant startedAt,
            Map<String, String> chosen,
            List<String> names,
            Measurements measurements,
            List<Verdict> verdicts,
            List<Curve> curves)
            throws IOException {
        final Map<String, String> settings = new LinkedHashMap<>(chosen);
        settings.put("binding", Fork.binding(teardown, java));
        return new Result(
                scenario.name(),
                scenario.description(),
                version,
                startedAt.truncatedTo(ChronoUnit.SECONDS).toString(),
                command,
                Machine.current(),
                settings,
                SluiceServer.NAME,
                names,
                measurements.summary(names, SluiceServer.NAME),
                verdicts,
                curves);
    }
}
