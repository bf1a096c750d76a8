// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.util.List;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;

/** The header fields of a message, as many as may be, and what they say of the connection. */
final class MessageFields {
    private final int maxFields;
    private final HttpFields.Mutable fields = HttpFields.build();

    private boolean askedToKeepAlive;
    private boolean askedToClose;

    MessageFields(int maxFields) {
        this.maxFields = maxFields;
    }

    void reset() {
        fields.clear();
        askedToKeepAlive = false;
        askedToClose = false;
    }

    HttpFields all() {
        return fields;
    }

    /** Takes the next one; thrown is for the parser, which passes it on to the handler. */
    void add(HttpField field) {
        if (fields.size() == maxFields) {
            throw new HttpException.RuntimeException(
                    HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431, "there are more than " + maxFields + " fields");
        }
        fields.add(field);
        if (field.getHeader() == HttpHeader.CONNECTION) {
            askedToClose |= field.contains(HttpHeaderValue.CLOSE.asString());
            askedToKeepAlive |= field.contains(HttpHeaderValue.KEEP_ALIVE.asString());
        }
    }

    /** Tells whether {@code Connection: close} is among them: the parser gave its cache up then. */
    boolean askedToClose() {
        return askedToClose;
    }

    boolean askedToKeepAlive() {
        return askedToKeepAlive;
    }

    /** Tells whether the connection persists: RFC 9112, 9.3. */
    boolean keepAlive(boolean http11) {
        return !askedToClose && (http11 || askedToKeepAlive);
    }

    /**
     * Checks what the parser leaves open: it has seen to it that {@code chunked} is the last coding, and that there is no
     * Content-Length beside it. Thrown is for the parser.
     */
    void checkTransferCodings(boolean http11) {
        final HttpField first = fields.getField(HttpHeader.TRANSFER_ENCODING);
        if (first == null) {
            return;
        }
        if (!http11) {
            // RFC 9112, 6.1: a proxy of HTTP/1.0 that passed it on may have seen another end of this message.
            throw new HttpException.RuntimeException(
                    HttpStatus.BAD_REQUEST_400, "Transfer-Encoding is not of HTTP/1.0");
        }
        if (HttpHeaderValue.CHUNKED.is(first.getValue())) {
            return; // it is the last one, so there is no other
        }
        final List<String> codings = fields.getCSV(HttpHeader.TRANSFER_ENCODING, false);
        final List<String> others = codings.subList(0, codings.size() - 1);
        if (others.stream().anyMatch(HttpHeaderValue.CHUNKED::is)) {
            throw new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400, "chunked more than once");
        }
        if (!others.isEmpty()) {
            throw new HttpException.RuntimeException(
                    HttpStatus.NOT_IMPLEMENTED_501,
                    "a transfer coding is not known: " + Ascii.printable(others.get(0)));
        }
    }
}
