// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.FileStatus;
import dev.sluice.samples.http.wire.RequestReader;
import dev.sluice.samples.http.wire.ResponseHeader;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpStatus;

/** What one request at a time is answered: the status, and the header that says it, by what the request wants. */
final class Answer {
    private static final String INDEX = "index.html";

    private final ServerContext context;
    private final Preconditions preconditions = new Preconditions();

    private String path = "";
    private String query = "";
    private boolean directory;
    private boolean head;
    private boolean keepAlive;
    private boolean sayKeepAlive;

    private int status;

    /** Where a redirect leads; empty for all else. */
    private String location = "";

    Answer(ServerContext context) {
        this.context = context;
    }

    /** Takes in a well-formed request. Returns {@code 200} if it wants a file, that of {@link #path}, otherwise what it gets. */
    int begin(RequestReader request) {
        head = request.isHead();
        keepAlive = request.keepAlive();
        sayKeepAlive = request.askedToKeepAlive();
        preconditions.set(request.fields());
        if (!head && !request.isGet()) {
            return ShortAnswer.toMethod(request);
        }
        final RequestTarget target = context.target;
        final int parsed = target.set(request.target());
        if (parsed != HttpStatus.OK_200) {
            keepAlive = false;
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

    /** In place of a request that could not be parsed, or did not come in time. */
    void beginRefusal(boolean isHead) {
        head = isHead;
        keepAlive = false;
        sayKeepAlive = false;
    }

    /** Returns what is answered when this was found at the path. */
    int statusFor(FileStatus found) {
        if (found.isRegularFile()) {
            return preconditions.evaluate(context.header, found.modifiedSeconds());
        }
        return found.isDirectory() && !directory ? HttpStatus.MOVED_PERMANENTLY_301 : HttpStatus.NOT_FOUND_404;
    }

    /** It is decided; again, if what was to be sent cannot be had after all. */
    void decide(int newStatus) {
        status = newStatus;
        if (newStatus >= HttpStatus.INTERNAL_SERVER_ERROR_500) {
            keepAlive = false;
        }
        location = newStatus == HttpStatus.MOVED_PERMANENTLY_301 ? ShortAnswer.location(path, query) : "";
    }

    String path() {
        return path;
    }

    int status() {
        return status;
    }

    /** Tells whether the content of the file comes behind the header. */
    boolean sendsFile() {
        return status == HttpStatus.OK_200 && !head;
    }

    /** Room that the header fits in. */
    int maxHeaderBytes() {
        return ResponseHeader.MAX_BYTES + location.length();
    }

    /** Writes the header, and what comes behind it but the content of the file. */
    void write(ByteBuffer out, ServedFile file) {
        final ResponseHeader header = context.header;
        keepAlive &= !context.draining;
        header.begin(out, status, keepAlive, sayKeepAlive);
        if (status == HttpStatus.OK_200) {
            final FileStatus found = file.status();
            out.put(context.fileFields.of(path, header.notAfterDate(found.modifiedSeconds()), found.sizeBytes()));
        } else if (status == HttpStatus.NOT_MODIFIED_304) {
            header.lastModified(out, header.notAfterDate(file.status().modifiedSeconds()));
            header.end(out);
        } else {
            ShortAnswer.write(header, out, status, location, head);
        }
    }

    /** Tells whether the connection is for another request, as the header that was written says. */
    boolean keepsAlive() {
        return keepAlive;
    }
}
