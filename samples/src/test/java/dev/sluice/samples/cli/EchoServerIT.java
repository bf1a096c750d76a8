// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import org.junit.jupiter.api.Test;

/** The smallest server. */
class EchoServerIT {
    @Test
    void shouldSendBackWhatItReceivesAndEndWhenTerminated() throws Exception {
        try (Program program = Program.startMain("dev.sluice.samples.echo.EchoServer", "0")
                        .listening();
                Socket socket = program.connect(0)) {
            socket.getOutputStream().write("hello".getBytes(UTF_8));
            assertThat(socket.getInputStream().readNBytes(5)).isEqualTo("hello".getBytes(UTF_8));
            program.signal("TERM");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            socket.shutdownOutput();
            assertThat(program.awaitExit()).isZero();
        }
    }
}
