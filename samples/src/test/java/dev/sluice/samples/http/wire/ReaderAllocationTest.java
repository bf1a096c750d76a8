// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a request costs in garbage: some fields, not the cache of a parser. */
class ReaderAllocationTest {
    private static final int REQUESTS = 4_000;
    private static final long CACHE_BYTES = 50_000L;
    private static final String FIELDS = """
            Host: localhost
            User-Agent: test
            Accept: text/html,application/xhtml+xml
            Accept-Encoding: gzip, deflate, br
            Cookie: sid=abcdef0123456789
            """.replace("\n", "\r\n");
    private static final byte[] KEPT = request("");
    private static final byte[] CLOSING = request("Connection: close\r\n");

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final RequestReaders readers = new RequestReaders(RequestLimits.USUAL);
    private final HeadParsers parsers = RequestReader.newParsers(RequestLimits.USUAL);
    private final ByteBuffer received = ByteBuffer.allocateDirect(4096);

    private static byte[] request(String lastFields) {
        return ("GET /index.html HTTP/1.1\r\n" + FIELDS + lastFields + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private void read(byte[] request) {
        received.clear().put(request).flip();
        final RequestReader reader = readers.take();
        assertThat(reader.parse(received) && reader.badStatus() == 0).isTrue();
        readers.giveBack(reader);
    }

    /** Of the requests in turn. */
    private long bytesEach(byte[]... requests) {
        for (int i = 0; i < REQUESTS; i++) {
            read(requests[i % requests.length]);
        }
        final long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < REQUESTS; i++) {
            read(requests[i % requests.length]);
        }
        return (threads.getCurrentThreadAllocatedBytes() - before) / REQUESTS;
    }

    @Test
    void shouldMakeNoCacheForRequestsThatEndTheirConnection() {
        assertThat(bytesEach(CLOSING)).isLessThan(CACHE_BYTES / 8);
        assertThat(bytesEach(KEPT, CLOSING)).isLessThan(CACHE_BYTES / 8);
        assertThat(bytesEach(KEPT, KEPT, KEPT, CLOSING)).isLessThan(CACHE_BYTES / 8);
    }

    @Test
    void shouldHaveItsCacheAgainWhenRequestsPersist() {
        final RequestReader reader = new RequestReader(RequestLimits.USUAL, parsers);
        readAgain(reader, KEPT, 20);
        assertThat(hasCache()).isTrue();
        readAgain(reader, CLOSING, 1);
        readAgain(reader, KEPT, 1);
        assertThat(hasCache()).as("after one that persists").isFalse();
        readAgain(reader, KEPT, 20);
        assertThat(hasCache()).as("after many").isTrue();
    }

    /** Their heads are complete, and the disk is slow. */
    @Test
    void shouldNotHaveAParserForEachOfAThousandThatAwaitTheirAnswers() {
        assertThat(bytesOfAThousand(KEPT)).isLessThan(CACHE_BYTES / 16);
    }

    /** As those of clients that send a byte now and then. */
    @Test
    void shouldMakeNoCacheForEachOfAThousandThatAreIncomplete() {
        assertThat(bytesOfAThousand(Arrays.copyOf(KEPT, KEPT.length - 1))).isLessThan(CACHE_BYTES / 4);
    }

    /** Each begins a request, and none has ended. */
    private long bytesOfAThousand(byte[] request) {
        bytesEach(KEPT);
        final long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1_000; i++) {
            final RequestReader reader = readers.take();
            reader.parseHead(received.clear().put(request).flip());
            assertThat(reader.hasBegun()).isTrue();
        }
        return (threads.getCurrentThreadAllocatedBytes() - before) / 1_000L;
    }

    private void readAgain(RequestReader reader, byte[] request, int times) {
        for (int i = 0; i < times; i++) {
            received.clear().put(request).flip();
            assertThat(reader.parse(received) && reader.badStatus() == 0).isTrue();
            reader.reset();
        }
    }

    private boolean hasCache() {
        final HeadParser parser = parsers.lendTo(new RequestReader(RequestLimits.USUAL));
        final boolean has = parser.remembers("Cookie: sid=abcdef0123456789");
        parsers.takeBack(parser, !has);
        return has;
    }
}
