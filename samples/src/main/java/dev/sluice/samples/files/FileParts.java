// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import dev.sluice.aio.SharedBlock;
import dev.sluice.samples.files.FileFields.Described;
import dev.sluice.samples.http.Exchange;
import dev.sluice.samples.http.ResponseFields;
import dev.sluice.samples.http.wire.ResponseHeader;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpStatus;

/**
 * What is sent to who asks for parts of a file: one as it is, several with a head each.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-15.3.7">RFC 9110, 15.3.7: partial content</a>
 */
final class FileParts implements ResponseFields {
    private final MultipartRanges multipart;
    private final ByteRanges ranges = new ByteRanges();
    private final Runnable partLetGo = this::partLetGo;

    private Described described;
    private ServedFile file;
    private long contentBytes;

    /** All of the file; null if it is read. */
    private SharedBlock content;

    /** Of the file, which the queue for sending has in hand. */
    private int partsInHand;

    FileParts(MultipartRanges multipart) {
        this.multipart = multipart;
    }

    /** Returns {@code 206} if parts are the answer, {@code 416} if there are none, and {@code 200} if it is the whole file. */
    int resolve(String range, long sizeBytes, Described newDescribed) {
        described = newDescribed;
        final int status = ranges.resolve(range, sizeBytes);
        final boolean longer = status == HttpStatus.PARTIAL_CONTENT_206
                && ranges.count() > 1
                && multipart.isLongerThanFile(ranges, described.contentType);
        return longer ? HttpStatus.OK_200 : status;
    }

    /** The field that says how long a file is whose parts lie behind its end. */
    HttpField unsatisfied() {
        return ranges.unsatisfied();
    }

    /** Sends the parts; the file is let go of with the last. */
    void send(Exchange exchange, ServedFile newFile, IntConsumer unreadable) {
        file = newFile;
        content = newFile.content();
        partsInHand = ranges.count();
        contentBytes = ranges.count() == 1
                ? ranges.lengthBytes(0)
                : multipart.contentLengthBytes(ranges, described.contentType);
        exchange.head(HttpStatus.PARTIAL_CONTENT_206, this);
        if (ranges.count() == 1) {
            sendPart(exchange, 0, unreadable);
        } else {
            sendSeveral(exchange);
        }
        content = null; // the views have it
        exchange.done();
    }

    private void sendSeveral(Exchange exchange) {
        for (int part = 0; part < ranges.count(); part++) {
            final ByteBuffer head = ByteBuffer.allocate(multipart.headBytes(ranges, part, described.contentType));
            multipart.putHead(ranges, part, described.contentType, head);
            exchange.body(head.array());
            sendPart(exchange, part, null);
        }
        final ByteBuffer end = ByteBuffer.allocate(multipart.endBytes());
        multipart.putEnd(end);
        exchange.body(end.array());
    }

    private void sendPart(Exchange exchange, int part, IntConsumer unreadable) {
        final long from = ranges.firstByte(part);
        final long lengthBytes = ranges.lengthBytes(part);
        if (content == null) {
            exchange.body(file.file(), from, lengthBytes, partLetGo, unreadable);
        } else {
            exchange.body(content.view((int) from, (int) lengthBytes));
            partLetGo();
        }
    }

    private void partLetGo() {
        if (--partsInHand == 0) {
            file.close();
        }
    }

    @Override
    public int maxBytes() {
        return described.ofVersion.length + ResponseHeader.MAX_BYTES;
    }

    @Override
    public void write(ResponseHeader header, ByteBuffer out) {
        out.put(described.ofVersion);
        if (described.isCoded()) {
            header.field(out, described.codingField());
        }
        if (ranges.count() == 1) {
            header.field(out, described.contentType);
            ranges.putContentRange(0, out);
        } else {
            header.field(out, multipart.contentType());
        }
        header.contentLength(out, contentBytes);
    }
}
