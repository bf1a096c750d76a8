// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.protocol.InFlight;
import dev.sluice.samples.http.wire.RequestLimits;
import dev.sluice.samples.http.wire.RequestReader;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a block that was asked for, when nobody wants it any more. */
@Timeout(60)
class IncomingBodyIT {
    /** One message's rest waited for a block when it was given up; the next message has nothing yet, and is not left waiting for bytes. */
    @Test
    void shouldAwaitBytesOfTheNextMessageWhenTheBlockForTheLastComes() {
        final AtomicInteger awaited = new AtomicInteger();
        try (RunningLoop loop = new RunningLoop()) {
            loop.on(() -> {
                final ReceivedBytes received = new ReceivedBytes();
                final IncomingBody body = body(loop, received, awaited);
                final IoBuffer block = loop.server.io().arena().tryLease(1);
                block.bytes().put("abcd".getBytes(US_ASCII)).flip();
                received.set(block);
                body.begin(head(2));
                body.pull(releasing());
                body.begin(head(9));
                body.pull(releasing()); // of a rest on the heap: a block is asked for
                body.abort();
                received.release();
                body.begin(head(9));
                body.pull(releasing());
                return null;
            });
            Awaitility.await().untilAsserted(() -> assertThat(awaited).hasValue(1));
        }
    }

    @Test
    void shouldTellItsLengthAlsoWhenItIsGivenUp() {
        try (RunningLoop loop = new RunningLoop()) {
            final long lengthBytes = loop.on(() -> {
                final IncomingBody body = body(loop, new ReceivedBytes(), new AtomicInteger());
                body.begin(head(9));
                body.abort();
                return body.lengthBytes();
            });
            assertThat(lengthBytes).isEqualTo(9L);
        }
    }

    private static IncomingBody body(RunningLoop loop, ReceivedBytes received, AtomicInteger awaited) {
        final InFlight operations = new InFlight(loop.server.events(), loop.server.io(), loop.asker, () -> {});
        final IncomingBody.Source source = new IncomingBody.Source() {
            @Override
            public void awaitNothing() {}

            @Override
            public void refused() {}

            @Override
            public void awaitBytes() {
                awaited.incrementAndGet();
            }

            @Override
            public long lease(int minBytes, Object attachment) {
                return loop.server.io().arena().lease(minBytes, loop.asker, attachment);
            }
        };
        return new IncomingBody(new LoopThread(), source, received, operations);
    }

    private static RequestReader head(int contentBytes) {
        final RequestReader reader = new RequestReader(RequestLimits.USUAL);
        reader.parseHead(ByteBuffer.wrap(
                ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + contentBytes + "\r\n\r\n").getBytes(US_ASCII)));
        return reader;
    }

    private static Body.Taker releasing() {
        return new Body.Taker() {
            @Override
            public void piece(IoBuffer piece) {
                piece.release();
            }

            @Override
            public void end(HttpFields trailers) {
                assertThat(trailers.size()).isZero();
            }

            @Override
            public void failed(String why) {
                assertThat(why).isNotBlank();
            }
        };
    }
}
