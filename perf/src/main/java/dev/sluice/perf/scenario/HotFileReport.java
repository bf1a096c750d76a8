// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.peers.BareResponder;
import dev.sluice.perf.peers.NginxServer;
import dev.sluice.perf.peers.SluiceServer;
import dev.sluice.perf.report.Measurements;
import dev.sluice.perf.report.Verdict;
import java.util.List;

/** What {@link HotFile} demands: servers are held against those in the same state. */
final class HotFileReport {
    private static final int FEW = 32;
    private static final int MANY = 1000;
    private static final double TO_FLOOR_AT_MOST = 1.25;
    private static final double TO_NGINX_AT_MOST = 0.65;
    private static final double TO_CACHED_NGINX_AT_MOST = 0.80;
    private static final double TO_CACHED_NGINX_WITH_MANY_AT_MOST = 0.85;
    private static final double TO_CACHED_NGINX_IN_OPEN_LOOP_AT_MOST = 0.90;
    private static final double P99_TO_CACHED_NGINX_AT_MOST = 1.1;

    private HotFileReport() {}

    static List<Verdict> verdicts(HotFilePlan plan, List<String> servers, Measurements measurements) {
        final TurnVerdicts verdicts = new TurnVerdicts(servers, measurements);
        for (int connections : plan.connections()) {
            if (connections != FEW && connections != MANY) {
                continue;
            }
            final String closed = LoadTurns.closedLoop(connections);
            floors(verdicts, closed);
            if (connections == FEW) {
                verdicts.atMost(closed, LoadTurns.CPU, SluiceServer.NAME, NginxServer.NAME, TO_NGINX_AT_MOST);
            }
            verdicts.atMost(
                    closed,
                    LoadTurns.CPU,
                    SluiceServer.NAME,
                    NginxServer.CACHED,
                    connections == FEW ? TO_CACHED_NGINX_AT_MOST : TO_CACHED_NGINX_WITH_MANY_AT_MOST);
            for (int percent : plan.turns().percents()) {
                final String open = LoadTurns.openLoop(connections, percent);
                floors(verdicts, open);
                verdicts.atMost(
                        open,
                        LoadTurns.CPU,
                        SluiceServer.NAME,
                        NginxServer.CACHED,
                        TO_CACHED_NGINX_IN_OPEN_LOOP_AT_MOST);
                verdicts.atMost(
                        open, LoadTurns.P99, SluiceServer.NAME, NginxServer.CACHED, P99_TO_CACHED_NGINX_AT_MOST);
            }
        }
        return verdicts.all();
    }

    /** Each state over the same steps without HTTP. */
    private static void floors(TurnVerdicts verdicts, String phase) {
        verdicts.atMost(phase, LoadTurns.CPU, SluiceServer.OPENED, BareResponder.OPENED, TO_FLOOR_AT_MOST);
        verdicts.atMost(phase, LoadTurns.CPU, SluiceServer.KEPT, BareResponder.KEPT, TO_FLOOR_AT_MOST);
        verdicts.atMost(phase, LoadTurns.CPU, SluiceServer.NAME, BareResponder.MEMORY, TO_FLOOR_AT_MOST);
    }
}
