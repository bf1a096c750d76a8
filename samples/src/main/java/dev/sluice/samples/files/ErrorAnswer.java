// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
import dev.sluice.samples.http.Exchange;
import dev.sluice.samples.http.PlainText;
import dev.sluice.samples.http.ResponseFields;
import dev.sluice.samples.http.wire.ResponseHeader;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;
import org.eclipse.jetty.http.HttpField;

/** What is said on one connection instead of what was asked for: a page, if there is one for the status, else a line of text. */
final class ErrorAnswer implements ResponseFields {
    private final ServedFiles files;
    private final Exchange exchange;
    private final EventHandler opened = this::opened;
    private final IntConsumer unreadable = this::unreadable;

    /** Made for the first error that has a page. */
    private ServedFile page;

    private int status;
    private HttpField field;
    private HttpField contentType;

    ErrorAnswer(ServedFiles files, Exchange exchange) {
        this.files = files;
        this.exchange = exchange;
    }

    /** Says a status; {@code newField} belongs to it, null if none does. */
    void say(int newStatus, HttpField newField) {
        status = newStatus;
        field = newField;
        final String path = files.options.errorPages().of(newStatus);
        if (path == null) {
            sayInText();
            return;
        }
        if (page == null) {
            page = new ServedFile(files, exchange);
        }
        contentType = files.fileFields.contentType(path);
        final int found = page.find(path);
        if (found > 0) {
            page.open(path, opened);
        } else {
            answer(found);
        }
    }

    private void sayInText() {
        PlainText.say(exchange, status, field);
    }

    private void unreadable(int errno) {
        files.noteRefusedFile(errno);
        sayInText();
    }

    private void opened(Event event) {
        page.openEnded(event);
        if (exchange.isOver()) {
            page.close();
        } else {
            answer(Math.min(0, event.result()));
        }
    }

    /** A page that is not there, or cannot be read, is no reason for another status. */
    private void answer(int result) {
        if (result == 0 && page.status().isRegularFile()) {
            exchange.head(status, this);
            exchange.body(page.file(), 0L, page.status().sizeBytes(), page.hand(), unreadable);
            exchange.done();
        } else {
            page.close();
            sayInText();
        }
    }

    @Override
    public int maxBytes() {
        return ResponseHeader.MAX_BYTES;
    }

    @Override
    public void write(ResponseHeader header, ByteBuffer out) {
        if (field != null) {
            header.field(out, field);
        }
        header.field(out, contentType);
        header.contentLength(out, page.status().sizeBytes());
    }
}
