// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.samples.http.wire.ResponseHeader;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseFieldsTest {
    private final ResponseHeader header = new ResponseHeader();

    /** Writes them into as much room as they ask for. */
    private String written(HttpFields fields) {
        final ResponseFields of = ResponseFields.of(fields);
        final ByteBuffer out = ByteBuffer.allocate(of.maxBytes());
        of.write(header, out);
        return new String(out.array(), 0, out.position(), ISO_8859_1);
    }

    @Test
    void shouldWriteFieldsInTheirOrder() {
        assertThat(written(HttpFields.build()
                        .add("Zeta", "1")
                        .add("Set-Cookie", "a=b")
                        .add("Alpha", "2")
                        .add("Set-Cookie", "c=d")
                        .add("zeta", "3")))
                .isEqualTo("Zeta: 1\r\nSet-Cookie: a=b\r\nAlpha: 2\r\nSet-Cookie: c=d\r\nzeta: 3\r\n");
    }

    @Test
    void shouldWriteNothingOfNoFields() {
        assertThat(written(HttpFields.EMPTY)).isEmpty();
        assertThat(ResponseFields.of(HttpFields.EMPTY).maxBytes()).isZero();
    }

    @Test
    void shouldHaveRoomForValuesOfEveryKind() {
        final String content = "\t\u00e4 \u00ff" + "x".repeat(5000);
        assertThat(written(HttpFields.build()
                        .add(new HttpField("Empty", ""))
                        .add(new HttpField("None", (String) null))
                        .add(new HttpField("Long", content))
                        .add(new PreEncodedHttpField(HttpHeader.VARY, "*"))))
                .isEqualTo("Empty: \r\nNone: \r\nLong: " + content + "\r\nVary: *\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nB: c", "a\n", "\u0000", "\u20ac"})
    void shouldRefuseAValueThatIsNone(String value) {
        final HttpFields fields = HttpFields.build().add("A", value);
        assertThatThrownBy(() -> written(fields)).isInstanceOf(IllegalArgumentException.class);
    }
}
