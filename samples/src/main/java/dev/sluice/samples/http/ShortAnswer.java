// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.uring.linux.Errno;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
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
    private static final HttpField ALLOW =
            new PreEncodedHttpField(HttpHeader.ALLOW, HttpMethod.GET.asString() + ", " + HttpMethod.HEAD.asString());

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

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

    /** Writes what comes behind the start of the header, and for a GET the text; {@code location} is that of a redirect. */
    static void write(ResponseHeader header, ByteBuffer out, int status, String location, boolean head) {
        if (status == HttpStatus.MOVED_PERMANENTLY_301) {
            header.field(out, new HttpField(HttpHeader.LOCATION, location));
        } else if (status == HttpStatus.METHOD_NOT_ALLOWED_405) {
            header.field(out, ALLOW);
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
        final StringBuilder location =
                new StringBuilder("/").append(URIUtil.encodePath(path)).append('/');
        for (final byte b : query.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 0x7F) {
                location.append((char) b);
            } else {
                location.append('%').append(HEX.toHexDigits(b));
            }
        }
        return location.toString();
    }
}
