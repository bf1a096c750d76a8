// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import dev.sluice.aio.FileStatus;
import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
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

    private String path = "";
    private String query = "";
    private boolean directory;

    /** Another answer was given while this file was being opened. */
    private boolean givenUp;

    private int status;

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
        status = statusFor(file.status());
        if (status == HttpStatus.OK_200) {
            exchange.head(status, this);
            exchange.body(file.file(), 0L, file.status().sizeBytes(), file.hand(), unreadable);
            exchange.done();
        } else if (status == HttpStatus.NOT_MODIFIED_304) {
            exchange.head(status, this);
            exchange.done();
            file.close();
        } else {
            file.close();
            say(status);
        }
    }

    /** Returns what is answered when this was found at the path. */
    private int statusFor(FileStatus found) {
        if (found.isRegularFile()) {
            return preconditions.evaluate(files.header, found.modifiedSeconds());
        }
        return found.isDirectory() && !directory ? HttpStatus.MOVED_PERMANENTLY_301 : HttpStatus.NOT_FOUND_404;
    }

    @Override
    public int maxBytes() {
        return ResponseHeader.MAX_BYTES;
    }

    @Override
    public void write(ResponseHeader header, ByteBuffer out) {
        final FileStatus found = file.status();
        if (status == HttpStatus.OK_200) {
            out.put(files.fileFields.of(path, header.notAfterDate(found.modifiedSeconds()), found.sizeBytes()));
        } else {
            header.lastModified(out, header.notAfterDate(found.modifiedSeconds()));
        }
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
