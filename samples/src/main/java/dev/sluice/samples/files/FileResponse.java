// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import dev.sluice.aio.FileStatus;
import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
import dev.sluice.samples.files.FileFields.Described;
import dev.sluice.samples.http.Exchange;
import dev.sluice.samples.http.HttpHandler;
import dev.sluice.samples.http.PlainText;
import dev.sluice.samples.http.ResponseFields;
import dev.sluice.samples.http.wire.RequestReader;
import dev.sluice.samples.http.wire.ResponseHeader;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/** Answers the requests of one connection with files: finds the file, opens it, says it. */
final class FileResponse implements HttpHandler, ResponseFields {
    private static final String INDEX = "index.html";

    private final ServedFiles files;
    private final Exchange exchange;
    private final ServedFile file;
    private final Preconditions preconditions = new Preconditions();
    private final EventHandler opened = this::opened;
    private final IntConsumer unreadable = this::refuse;

    /** Made for the first request that wants a part. */
    private FileParts parts;

    private String path = "";
    private String query = "";
    private boolean directory;
    private boolean headOnly;

    /** Another answer was given while this file was being opened. */
    private boolean givenUp;

    private int status;
    private Described described;

    FileResponse(ServedFiles files, Exchange exchange) {
        this.files = files;
        this.exchange = exchange;
        file = new ServedFile(files, exchange);
    }

    @Override
    public void handle(Exchange same) {
        final int wanted = begin(exchange.request());
        if (wanted != HttpStatus.OK_200) {
            say(wanted);
            return;
        }
        final int found = file.find(path);
        if (found > 0) {
            givenUp = false;
            file.open(path, opened);
        } else {
            answer(found);
        }
    }

    /** Takes in a well-formed request. Returns {@code 200} if it wants a file, that of {@link #path}, otherwise what it gets. */
    private int begin(RequestReader request) {
        preconditions.set(request.fields());
        headOnly = request.isHead();
        if (!request.isHead() && !request.isGet()) {
            return ShortAnswer.toMethod(request);
        }
        final RequestTarget target = files.target;
        final int parsed = target.set(request.target());
        if (parsed != HttpStatus.OK_200) {
            exchange.closeAfter();
            return parsed;
        }
        directory = target.isDirectory();
        query = target.query();
        path = directory ? indexOf(target.path()) : target.path();
        return parsed;
    }

    private static String indexOf(String directoryPath) {
        return directoryPath.isEmpty() ? INDEX : directoryPath + "/" + INDEX;
    }

    private void opened(Event event) {
        file.openEnded(event);
        if (givenUp || exchange.isOver()) {
            file.close();
        } else {
            answer(event.result());
        }
    }

    @Override
    public void tooLate() {
        givenUp = true;
    }

    /** The file is there, or cannot be had. */
    private void answer(int result) {
        if (result < 0) {
            refuse(-result);
            return;
        }
        final FileStatus found = file.status();
        if (found.isRegularFile()) {
            answerWith(found);
        } else {
            file.close();
            say(found.isDirectory() && !directory ? HttpStatus.MOVED_PERMANENTLY_301 : HttpStatus.NOT_FOUND_404);
        }
    }

    private void answerWith(FileStatus found) {
        final long nowMs = files.nowMs();
        described = files.fileFields.of(path, found, nowMs);
        status = preconditions.evaluate(described.validators, nowMs / 1000L);
        switch (status) {
            case HttpStatus.OK_200 -> {
                if (headOnly || !answerWithParts(found, nowMs / 1000L)) {
                    exchange.head(status, this);
                    exchange.body(file.file(), 0L, found.sizeBytes(), file.hand(), unreadable);
                    exchange.done();
                }
            }
            case HttpStatus.NOT_MODIFIED_304 -> {
                exchange.head(status, this);
                exchange.done();
                file.close();
            }
            default -> {
                file.close();
                say(status);
            }
        }
    }

    /** Answers with what was asked for of the file; false if that is all of it. */
    private boolean answerWithParts(FileStatus found, long nowSeconds) {
        final String range = preconditions.range(described.validators, nowSeconds);
        if (range == null) {
            return false;
        }
        if (parts == null) {
            parts = new FileParts(files.multipart);
        }
        final int wanted = parts.resolve(range, found.sizeBytes(), described);
        if (wanted == HttpStatus.PARTIAL_CONTENT_206) {
            parts.send(exchange, file, unreadable);
        } else if (wanted == HttpStatus.RANGE_NOT_SATISFIABLE_416) {
            file.close();
            PlainText.say(exchange, wanted, parts.unsatisfied());
        }
        return wanted != HttpStatus.OK_200;
    }

    @Override
    public int maxBytes() {
        return ResponseHeader.MAX_BYTES;
    }

    @Override
    public void write(ResponseHeader header, ByteBuffer out) {
        out.put(status == HttpStatus.OK_200 ? described.ofWhole : described.ofVersion);
    }

    /** Says why the file cannot be had. */
    private void refuse(int errno) {
        files.noteRefusedFile(errno);
        say(ShortAnswer.statusOf(errno));
    }

    private void say(int newStatus) {
        if (newStatus >= HttpStatus.INTERNAL_SERVER_ERROR_500) {
            exchange.closeAfter();
        }
        PlainText.say(exchange, newStatus, fieldOf(newStatus));
    }

    private HttpField fieldOf(int newStatus) {
        return switch (newStatus) {
            case HttpStatus.MOVED_PERMANENTLY_301 ->
                new HttpField(HttpHeader.LOCATION, ShortAnswer.location(path, query));
            case HttpStatus.METHOD_NOT_ALLOWED_405, HttpStatus.NO_CONTENT_204 -> ShortAnswer.ALLOW;
            default -> null;
        };
    }
}
