// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.samples.http.wire.RequestReader;
import dev.sluice.samples.http.wire.ResponseHeader;
import dev.sluice.uring.linux.Errno;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.util.URIUtil;

/** What is answered instead of a file: a status, what belongs to it, and one line of text. */
final class ShortAnswer {
    private static final HttpField PLAIN_TEXT =
            new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
    private static final HttpField ALLOW = new PreEncodedHttpField(HttpHeader.ALLOW, "GET, HEAD, OPTIONS");

    private ShortAnswer() {}

    /** Returns the status that tells of an open that failed. */
    static int statusOf(int errno) {
        return switch (errno) {
            // Not there, not to be read, or not within the root: nobody outside is told which.
            case Errno.ENOENT,
                    Errno.ENOTDIR,
                    Errno.EACCES,
                    Errno.EPERM,
                    Errno.ELOOP,
                    Errno.EXDEV,
                    Errno.ENAMETOOLONG,
                    Errno.ENXIO -> HttpStatus.NOT_FOUND_404;
            // No room now: EAGAIN is also what a path gets that was renamed while the kernel walked it.
            case Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.EAGAIN, Errno.ENOWORKER ->
                HttpStatus.SERVICE_UNAVAILABLE_503;
            default -> HttpStatus.INTERNAL_SERVER_ERROR_500;
        };
    }

    /** Returns what is said to a method that is neither GET nor HEAD: what nobody knows is not implemented, RFC 9110, 9.1. */
    static int toMethod(RequestReader request) {
        final HttpMethod method = HttpMethod.fromString(request.method());
        if (method == null) {
            return HttpStatus.NOT_IMPLEMENTED_501;
        }
        final boolean asksForServer = method == HttpMethod.OPTIONS && "*".equals(request.target());
        return asksForServer ? HttpStatus.NO_CONTENT_204 : HttpStatus.METHOD_NOT_ALLOWED_405;
    }

    /** Writes what comes behind the start of the header, and for a GET the text; {@code location} is that of a redirect. */
    static void write(ResponseHeader header, ByteBuffer out, int status, String location, boolean head) {
        if (status == HttpStatus.MOVED_PERMANENTLY_301) {
            header.field(out, new HttpField(HttpHeader.LOCATION, location));
        } else if (status == HttpStatus.METHOD_NOT_ALLOWED_405 || status == HttpStatus.NO_CONTENT_204) {
            header.field(out, ALLOW);
        }
        if (status == HttpStatus.NO_CONTENT_204) {
            header.end(out);
            return;
        }
        final byte[] text = (status + " " + HttpStatus.getMessage(status) + "\n").getBytes(StandardCharsets.US_ASCII);
        header.field(out, PLAIN_TEXT);
        header.contentLength(out, text.length);
        header.end(out);
        if (!head) {
            out.put(text);
        }
    }

    /** Returns where a directory's redirect leads, in ASCII: made from the path that was opened, since two slashes in front would name another host. */
    static String location(String path, String query) {
        return "/" + URIUtil.encodePath(path) + "/" + query;
    }
}
