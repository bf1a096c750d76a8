// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.samples.http.wire.ResponseHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;

/** An answer of one line that says its status. */
public final class PlainText implements ResponseFields {
    private static final HttpField TYPE = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");

    /** Room for all but the field that is the caller's. */
    private static final int OWN_BYTES = 128;

    private final HttpField field;
    private final byte[] text;

    private PlainText(int status, HttpField field) {
        this.field = field;
        text = (status + " " + HttpStatus.getMessage(status) + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Answers with a status.
     *
     * @param exchange to be answered; done after that
     * @param status of the answer
     */
    public static void say(Exchange exchange, int status) {
        say(exchange, status, null);
    }

    /**
     * Answers with a status and a field that belongs to it, such as where a redirect leads.
     *
     * @param exchange to be answered; done after that
     * @param status of the answer; with 204 no text goes
     * @param field null for none
     */
    public static void say(Exchange exchange, int status, HttpField field) {
        if (status == HttpStatus.NO_CONTENT_204) {
            exchange.head(status, ResponseFields.of(field == null ? HttpFields.EMPTY : HttpFields.from(field)));
        } else {
            final PlainText text = new PlainText(status, field);
            exchange.head(status, text);
            exchange.body(text.text);
        }
        exchange.done();
    }

    @Override
    public int maxBytes() {
        return OWN_BYTES + (field == null ? 0 : ResponseHeader.lengthOf(field));
    }

    @Override
    public void write(ResponseHeader header, ByteBuffer out) {
        if (field != null) {
            header.field(out, field);
        }
        header.field(out, TYPE);
        header.contentLength(out, text.length);
    }
}
