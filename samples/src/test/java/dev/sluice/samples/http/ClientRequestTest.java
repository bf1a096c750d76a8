// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientRequestTest {
    private static final HttpFields HOST = RunningLoop.HOST;

    private static String head(ClientRequest request) {
        return new String(request.head, US_ASCII);
    }

    private static Body body(long lengthBytes) {
        return new TestBody(null, 1, 1, lengthBytes);
    }

    @Test
    void shouldWriteWhatItIsGivenAndTheLengthOfTheContent() {
        final HttpFields fields = HttpFields.build(HOST).add("X-Empty", "").add("X", "a\tb");
        assertThat(head(new ClientRequest("GET", "/a?b", fields)))
                .isEqualTo("GET /a?b HTTP/1.1\r\nHost: h\r\nX-Empty: \r\nX: a\tb\r\n\r\n");
        assertThat(head(new ClientRequest("PUT", "/", HOST, body(Long.MAX_VALUE))))
                .isEqualTo("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 9223372036854775807\r\n\r\n");
        assertThat(head(new ClientRequest("POST", "/", HOST, body(Body.UNKNOWN_BYTES))))
                .isEqualTo("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertThat(head(new ClientRequest("POST", "/", HOST))).endsWith("\r\nContent-Length: 0\r\n\r\n");
        assertThat(head(new ClientRequest("DELETE", "/", HOST))).endsWith("Host: h\r\n\r\n");
    }

    /** Two requests in place of one are a way past whoever has looked at the first. */
    @Test
    void shouldRefuseWhatCouldBeReadAsSomethingElse() {
        shouldRefuse("GET /", "/", HOST, null);
        shouldRefuse("GET", "/ HTTP/1.1\r\nHost: h\r\n\r\nGET /", HOST, null);
        shouldRefuse("GET", "/ü", HOST, null);
        shouldRefuse("GET", "", HOST, null);
        shouldRefuse("GET", "/", HttpFields.build(HOST).add("X", "a\r\nY: b"), null);
        shouldRefuse("GET", "/", HttpFields.build(HOST).add("X ", "a"), null);
        shouldRefuse("GET", "/", HttpFields.EMPTY, null);
        shouldRefuse("GET", "/", HttpFields.build(HOST).add(HttpHeader.HOST, "i"), null);
        shouldRefuse("GET", "/", HttpFields.build(HOST).add("content-length", "1"), null);
        shouldRefuse("GET", "/", HttpFields.build(HOST).add("Transfer-encoding", "x"), body(1L));
        shouldRefuse("PUT", "/", HOST, body(-2L));
        shouldRefuse("CONNECT", "h:1", HOST, body(1L));
    }

    private static void shouldRefuse(String method, String target, HttpFields fields, Body body) {
        assertThatThrownBy(() -> new ClientRequest(method, target, fields, body))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, false, true",
        "HEAD, false, true",
        "DELETE, false, true",
        "PUT, false, true",
        "PUT, true, false",
        "POST, false, false",
        "PATCH, false, false",
        "get, false, false",
        "X, false, false"
    })
    void shouldSendTwiceOnlyWhatMayBeSentTwice(String method, boolean hasBody, boolean repeatable) {
        assertThat(new ClientRequest(method, "/", HOST, hasBody ? body(1L) : null).repeatable)
                .isEqualTo(repeatable);
    }

    @Test
    void shouldRefuseTimesAndLimitsThatMakeNoSense() {
        assertThatThrownBy(() -> new ClientTimeouts(1L, 1L, 1L, 0L, 1L)).hasMessageContaining("pieceNs=0");
        assertThatThrownBy(() -> new ClientLimits(0, 1, 1)).hasMessageContaining("connectionsPerOrigin=0");
        assertThatThrownBy(() -> new ClientLimits(1, -1, 1)).hasMessageContaining("idleConnections=-1");
        assertThatThrownBy(() -> new ClientLimits(1, 1, -1)).hasMessageContaining("waitingPerOrigin=-1");
    }
}
