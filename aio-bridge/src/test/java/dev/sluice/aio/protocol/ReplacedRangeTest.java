// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.OpenOptions;
import dev.sluice.events.EventHandler;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written when its turn comes, and a range that cannot be had and has another answer take its place. */
class ReplacedRangeTest extends FileToSend {

    private static final int FILE_BYTES = 5_000;

    private final List<String> log = new ArrayList<>();

    ReplacedRangeTest() {
        super(FILE_BYTES);
    }

    private static OutboundWriter writer(String text, int maxBytes) {
        return new OutboundWriter() {
            @Override
            public int maxBytes() {
                return maxBytes;
            }

            @Override
            public void write(ByteBuffer into) {
                into.put(text.getBytes(UTF_8));
            }
        };
    }

    private void send(long position, long lengthBytes) {
        connection.out().send(writer("head ", 100));
        connection.out().send(file, position, lengthBytes, fixture.aio.normal, () -> log.add("let go"), errno -> {
            log.add(Errno.name(errno));
            connection.say("other ");
        });
    }

    private void runUntilSent() {
        fixture.runUntil(connection.out()::isEmpty);
        assertThat(connection.out().queuedBytes()).isZero();
    }

    private String taken() {
        return peer.taken.toString(UTF_8);
    }

    @Test
    void shouldSendWhatIsWrittenWithTheRangeBehindItAtOnce() {
        inAHandler(() -> send(0L, FILE_BYTES));
        runUntilSent();
        assertThat(peer.taken.toByteArray())
                .startsWith("head ".getBytes(UTF_8))
                .endsWith(content)
                .hasSize(5 + FILE_BYTES);
        assertThat(peer.mostBuffers).isEqualTo(1);
        assertThat(log).containsExactly("let go");
        assertThat(connection.allSent).isEqualTo(1);
    }

    /** All that is in one buffer with its head, and all that is not. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2_000, 70_000})
    void shouldSaySomethingElseInPlaceOfARangeThatBeginsBehindTheEnd(int lengthBytes) {
        inAHandler(() -> {
            connection.say("before ");
            send(FILE_BYTES, lengthBytes);
            connection.say("after");
        });
        runUntilSent();
        assertThat(taken()).isEqualTo("before other after");
        assertThat(log).containsExactly("let go", "ENODATA");
    }

    @Test
    void shouldSaySomethingElseInPlaceOfARangeThatIsReadAsAWholeAndIsShorter() {
        inAHandler(() -> send(FILE_BYTES - 10L, 20L));
        runUntilSent();
        assertThat(taken()).isEqualTo("other ");
        assertThat(log).containsExactly("let go", "ENODATA");
        assertThat(connection.log).isEmpty();

        inAHandler(() -> send(0L, 3L));
        runUntilSent();
        assertThat(taken()).isEqualTo("other head " + new String(content, 0, 3, UTF_8));
    }

    @Test
    void shouldEndTheConnectionWhenSomethingOfItIsSent() {
        inAHandler(() -> send(0L, 100_000L));
        fixture.runUntil(connection::hasEnded);
        assertThat(connection.log).containsExactly("[failed " + Errno.EIO + "]");
        assertThat(log).containsExactly("let go");
    }

    @Test
    void shouldNotTellWhoseRangeIsDroppedWithTheConnection() {
        peer.standStill();
        connection.say("before");
        send(FILE_BYTES, 1L);
        connection.abort();
        fixture.runUntil(connection::hasEnded);
        assertThat(log).containsExactly("let go");
    }

    /** One that is read by whole blocks stands behind nothing: its head has gone alone. */
    @Test
    void shouldEndTheConnectionWhenTheHeadOfADirectFileIsSent() throws IOException {
        final AsyncFile direct = fixture.aio.io.newFile();
        final OpenOptions options = OpenOptions.READ.withFlags(OpenFlags.O_DIRECT);
        final EventHandler opened = event -> log.add(event.failed() ? event.errnoName() : "opened");
        direct.open(root, "file", options, fixture.aio.normal, opened);
        fixture.runUntil(() -> log.size() == 1);
        assumeTrue(log.remove("opened"), () -> "the file system knows no O_DIRECT: " + log);
        inAHandler(() -> {
            connection.out().send(writer("head ", 100));
            connection.out().send(direct, 8192L, 4096L, fixture.aio.normal, direct::discard, errno -> log.add("told"));
        });
        fixture.runUntil(connection::hasEnded);
        assertThat(taken()).isEqualTo("head ");
        assertThat(log).isEmpty();
        assertThat(connection.log).containsExactly("[failed " + Errno.EIO + "]");
    }

    /** Said outside of a handler, the head has gone before the range is known. */
    @Test
    void shouldEndTheConnectionWhenTheHeadIsSent() {
        connection.out().send(writer("head ", 100));
        runUntilSent();
        connection.out().send(file, FILE_BYTES, 1L, fixture.aio.normal, () -> log.add("let go"), null);
        fixture.runUntil(connection::hasEnded);
        assertThat(taken()).isEqualTo("head ");
        assertThat(connection.log).containsExactly("[failed " + Errno.EIO + "]");
    }

    @Test
    void shouldCountWhatIsWrittenAndNotWhatMightHaveBeen() {
        peer.standStill();
        connection.say("first");
        fixture.runTurn();
        connection.out().send(writer("", 4096));
        connection.out().send(writer("second", 4096));
        assertThat(connection.out().queuedBytes()).isEqualTo(5L + 2L * 4096L);
        peer.takeOn();
        runUntilSent();
        assertThat(taken()).isEqualTo("firstsecond");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 4097})
    void shouldRefuseAWriterWithoutMeasure(int maxBytes) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> connection.out().send(writer("x", maxBytes)))
                .withMessage("maxBytes must be 1 to 4096: maxBytes=" + maxBytes);
    }

    @Test
    void shouldCloseAtOnceOnlyWhoKeepsNobodyBusy() {
        peer.standStill();
        connection.say("x");
        fixture.runTurn();
        assertThat(connection.closeIfIdleNow()).as("something is to be sent").isFalse();
        peer.takeOn();
        runUntilSent();

        connection.operations().hold();
        assertThat(connection.closeIfIdleNow()).as("something is in flight").isFalse();
        connection.operations().letGo();
    }
}
