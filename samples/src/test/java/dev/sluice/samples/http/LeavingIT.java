// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients who go while the server stops. */
@Timeout(120)
class LeavingIT {
    /** That he has gone is known, and not handled, when his answer counts as sent: often enough, of so many. */
    @Test
    void shouldNotWaitForAClientWhoGoesAtThatMoment() throws Exception {
        for (int i = 0; i < 60; i++) {
            final long startNs;
            try (WhoAsks server = new WhoAsks(10)) {
                try (Socket socket = server.connect("127.0.0.1")) {
                    WhoAsks.askAndRead(socket);
                    WhoAsks.askAndRead(socket);
                }
                startNs = System.nanoTime();
            }
            assertThat(System.nanoTime() - startNs).as("server %d", i).isLessThan(3_000_000_000L);
        }
    }
}
