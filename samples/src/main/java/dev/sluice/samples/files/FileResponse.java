// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import dev.sluice.aio.FileStatus;
import dev.sluice.aio.SharedBlock;
import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
import dev.sluice.samples.files.FileFields.Described;
import dev.sluice.samples.http.Exchange;
import dev.sluice.samples.http.HttpHandler;
import dev.sluice.samples.http.PlainText;
import dev.sluice.samples.http.ResponseFields;
import dev.sluice.samples.http.wire.RequestReader;
import dev.sluice.samples.http.wire.ResponseHeader;
import dev.sluice.uring.linux.Errno;
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
    private final Candidates candidates;
    private final ErrorAnswer errors;
    private final Preconditions preconditions = new Preconditions();
    private final EventHandler opened = this::opened;
    private final IntConsumer unreadable = this::unreadable;

    /** Made for the first request that wants a part. */
    private FileParts parts;

    private String path = "";
    private String query = "";
    private boolean directory;
    private boolean headOnly;
    private boolean wantsJson;

    /** What was found at the path itself, not at a sibling: an errno, 0 for what is no regular file. */
    private int plainErrno;

    private boolean plainIsDirectory;
    private boolean isListing;

    private int status;
    private Described described;

    FileResponse(ServedFiles files, Exchange exchange) {
        this.files = files;
        this.exchange = exchange;
        file = new ServedFile(files, exchange);
        candidates = new Candidates(files);
        errors = new ErrorAnswer(files, exchange);
    }

    @Override
    public void handle(Exchange same) {
        final int wanted = begin(exchange.request());
        if (wanted == HttpStatus.OK_200) {
            exchange.forgetRequest();
            look();
        } else {
            say(wanted);
        }
    }

    /** Takes in a well-formed request. Returns {@code 200} if it wants a file, that of {@link #path}, otherwise what it gets. */
    private int begin(RequestReader request) {
        plainErrno = Errno.ENOENT;
        plainIsDirectory = false;
        preconditions.set(request.fields());
        headOnly = request.isHead();
        if (!headOnly && !request.isGet()) {
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
        if (files.options.dotFiles().hide(path)) {
            return HttpStatus.NOT_FOUND_404;
        }
        wantsJson = directory && files.options.listings() && FileListing.prefersJson(request.fields());
        return candidates.begin(path, request.fields()) ? parsed : HttpStatus.NOT_ACCEPTABLE_406;
    }

    private static String indexOf(String directoryPath) {
        return directoryPath.isEmpty() ? INDEX : directoryPath + "/" + INDEX;
    }

    /** Looks for what may be the answer, one name after the other. */
    private void look() {
        final int found = file.find(candidates.name());
        if (found > 0) {
            file.open(candidates.name(), opened);
        } else {
            answer(found);
        }
    }

    private void opened(Event event) {
        file.openEnded(event);
        if (exchange.isOver()) {
            file.close();
        } else {
            answer(Math.min(0, event.result()));
        }
    }

    /** A file is there, or cannot be had. */
    private void answer(int result) {
        if (result == 0 && file.status().isRegularFile()) {
            answerWith(file.status());
            return;
        }
        final boolean plain = candidates.coding() == ContentCoding.IDENTITY;
        if (plain) {
            plainErrno = -result;
            plainIsDirectory = result == 0 && file.status().isDirectory();
        }
        file.close();
        final boolean mayBeElsewhere = plain ? plainErrno == Errno.ENOENT : isNotThere(result);
        if (mayBeElsewhere && candidates.next()) {
            look();
        } else if (mayBeElsewhere || plain) {
            answerWithoutFile();
        } else {
            refuse(-result);
        }
    }

    private static boolean isNotThere(int result) {
        return result == 0 || ShortAnswer.statusOf(-result) == HttpStatus.NOT_FOUND_404;
    }

    private void answerWithoutFile() {
        if (plainIsDirectory && !directory) {
            say(HttpStatus.MOVED_PERMANENTLY_301);
        } else if (plainErrno == Errno.ENOENT && directory && files.options.listings() && files.rootResult == 0) {
            list();
        } else if (plainErrno == 0) {
            say(HttpStatus.NOT_FOUND_404);
        } else {
            refuse(plainErrno);
        }
    }

    private void list() {
        isListing = files.beginListing();
        if (isListing) {
            final String listed = path.substring(0, path.length() - INDEX.length());
            FileListing.answer(files, exchange, listed, wantsJson, this::refuse);
        } else {
            say(HttpStatus.SERVICE_UNAVAILABLE_503);
        }
    }

    @Override
    public void ended() {
        if (isListing) {
            isListing = false;
            files.endListing();
        }
    }

    private void answerWith(FileStatus found) {
        final long nowMs = files.nowMs();
        described = files.fileFields.of(path, candidates.coding(), found, nowMs);
        status = preconditions.evaluate(described.validators, nowMs / 1000L);
        switch (status) {
            case HttpStatus.OK_200 -> {
                if (headOnly || !answerWithParts(found, nowMs / 1000L)) {
                    answerWithWhole(found);
                }
            }
            case HttpStatus.NOT_MODIFIED_304 -> {
                file.close();
                exchange.head(status, this);
                exchange.done();
            }
            default -> {
                file.close();
                say(status);
            }
        }
    }

    private void answerWithWhole(FileStatus found) {
        final SharedBlock content = headOnly ? null : file.content();
        exchange.head(status, this);
        if (content == null) {
            exchange.body(file.file(), 0L, found.sizeBytes(), file.hand(), unreadable);
        } else {
            exchange.body(content.view());
            file.close();
        }
        exchange.done();
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
            errors.say(wanted, parts.unsatisfied());
        }
        return wanted != HttpStatus.OK_200;
    }

    @Override
    public int maxBytes() {
        return said().length;
    }

    @Override
    public void write(ResponseHeader header, ByteBuffer out) {
        out.put(said());
    }

    private byte[] said() {
        return status == HttpStatus.OK_200 ? described.ofWhole : described.ofVersion;
    }

    /** Says why the file cannot be had. */
    private void refuse(int errno) {
        files.noteRefusedFile(errno);
        say(ShortAnswer.statusOf(errno));
    }

    /** In a line of text, which needs no file and so goes out at once, beside a read that hangs. */
    private void unreadable(int errno) {
        files.noteRefusedFile(errno);
        final int unreadableStatus = ShortAnswer.statusOf(errno);
        if (unreadableStatus >= HttpStatus.INTERNAL_SERVER_ERROR_500) {
            exchange.closeAfter();
        }
        PlainText.say(exchange, unreadableStatus);
    }

    private void say(int newStatus) {
        if (newStatus >= HttpStatus.INTERNAL_SERVER_ERROR_500) {
            exchange.closeAfter();
        }
        errors.say(newStatus, fieldOf(newStatus));
    }

    private HttpField fieldOf(int newStatus) {
        return switch (newStatus) {
            case HttpStatus.MOVED_PERMANENTLY_301 ->
                new HttpField(HttpHeader.LOCATION, ShortAnswer.location(path, query));
            case HttpStatus.METHOD_NOT_ALLOWED_405, HttpStatus.NO_CONTENT_204 -> ShortAnswer.ALLOW;
            case HttpStatus.NOT_ACCEPTABLE_406 -> AcceptedCodings.VARY;
            default -> null;
        };
    }
}
