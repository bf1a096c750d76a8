// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: thousands that come, or go, at once keep no turn busy for long. Method: the loop is held while they do, and of some rounds the best counts, for
 * the first are interpreted and touch memory that nobody has touched before.
 */
@Timeout(120)
class MassIT {
    private static final int COUNT = 2_500;
    private static final int ROUNDS = 5;

    /** There is room for more than could ever stand in the listen queue. */
    private static final int MOST_CONNECTIONS = 16_384;

    /** The emulated ring does the kernel's part in the turn, too: as bounded, and longer. */
    private static final long MOST_NS = "emulated".equals(System.getProperty("sluice.ring")) ? 15_000_000L : 5_000_000L;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<Socket> sockets = new ArrayList<>();

    private Void connectAll(WhoAsks server) throws IOException {
        for (int i = 0; i < COUNT; i++) {
            sockets.add(server.connect());
        }
        return null;
    }

    /** Half of them reset the connection. */
    private Void closeAll() throws IOException {
        for (final Socket socket : sockets) {
            socket.setSoLinger(sockets.indexOf(socket) % 2 == 0, 0);
            socket.close();
        }
        sockets.clear();
        return null;
    }

    @Test
    void shouldLetInAndForgetThousandsInShortTurns() throws Exception {
        long connectNs = Long.MAX_VALUE;
        long closeNs = Long.MAX_VALUE;
        try (WhoAsks server = new WhoAsks(MOST_CONNECTIONS)) {
            for (int round = 0; round < ROUNDS; round++) {
                server.during(() -> connectAll(server));
                await().atMost(PATIENCE).until(() -> server.connections() == COUNT);
                connectNs = Math.min(connectNs, server.longestTurnNs());
                server.during(this::closeAll);
                await().atMost(PATIENCE).until(() -> server.connections() == 0);
                closeNs = Math.min(closeNs, server.longestTurnNs());
            }
        }
        assertThat(connectNs).as("all connect").isLessThan(MOST_NS);
        assertThat(closeNs).as("all close").isLessThan(MOST_NS);
    }

    @Test
    void shouldDrainThousandsInShortTurns() throws Exception {
        long drainNs = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            try (WhoAsks server = new WhoAsks(MOST_CONNECTIONS)) {
                connectAll(server);
                await().atMost(PATIENCE).until(() -> server.connections() == COUNT);
                server.during(() -> {
                    server.stop();
                    return null;
                });
                server.awaitEnd();
                drainNs = Math.min(drainNs, server.longestTurnNs());
            }
            closeAll();
        }
        assertThat(drainNs).isLessThan(MOST_NS);
    }
}
