// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static dev.sluice.aio.ForeignThreadIT.failureElsewhere;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.ForeignThreadIT.Call;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.containers.spi.Charging;
import dev.sluice.events.EventQueue;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The containers of a queue belong to its thread, as long as the queue is open. */
class OwnedContainersIT extends FileTests {
    @Test
    void shouldBeRefusedByTheContainersOfAQueueUntilItIsClosed() throws Exception {
        AioFixture.writeFile(directory.resolve("file"), 1);
        aio.open(root, "file", OpenOptions.READ);
        final Map<String, Call> ofContainers = Map.of(
                "child", () -> aio.bulk.child("connection"),
                "setPriority", () -> aio.bulk.setPriority(3),
                "chargeSocket", () -> Charging.chargeSocket(aio.root, 1L),
                "close", aio.bulk::close);
        for (final Map.Entry<String, Call> call : ofContainers.entrySet()) {
            assertThat(failureElsewhere(call.getValue()))
                    .as(call.getKey())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("elsewhere")
                    .hasMessageContaining("message");
        }
        assertThat(failureElsewhere(aio.root::usage)).isNull();
        final ResourceContainer other = ResourceContainer.root("other");
        assertThat(failureElsewhere(() -> other.child("child")))
                .as("served by no queue")
                .isNull();

        aio.close();

        assertThat(failureElsewhere(() -> {
                    try (EventQueue next = EventQueue.open()) {
                        next.newTimer(aio.bulk.child("later"), null);
                    }
                }))
                .isNull();
        aio.bulk.setPriority(5);
    }
}
