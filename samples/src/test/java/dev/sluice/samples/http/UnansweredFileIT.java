package dev.sluice.samples.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A file that holds less than its status says, as one does that is cut between open and read: each file of sysfs is one. */
class UnansweredFileIT {
    private static final Path LOOPBACK = Path.of("/sys/class/net/lo");

    @Test
    void shouldAnswerWithAStatusWhenAFileHasNothingOfItsLength() throws IOException {
        shouldBeUnavailable("ifalias", "");
    }

    @Test
    void shouldAnswerWithAStatusWhenAFileIsShorterThanItsLength() throws IOException {
        shouldBeUnavailable("addr_len", "6\n");
    }

    private static void shouldBeUnavailable(String name, String content) throws IOException {
        final Path file = LOOPBACK.resolve(name);
        assumeTrue(Files.isReadable(file), "needs " + file);
        assumeTrue(Files.size(file) > 2L && Files.readString(file).equals(content), file + " is as it is with Linux");
        try (RunningServer server = RunningServer.of(LOOPBACK);
                Client client = new Client(server.address())) {
            final Response response = client.get("/" + name).response();
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.isLast()).isTrue();
            assertThat(client.read()).isEqualTo(-1);
            server.awaitNothingHeld();
        }
    }
}
