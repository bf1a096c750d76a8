// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import dev.sluice.samples.http.wire.RequestReader;
import dev.sluice.uring.linux.Errno;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;

/** What is answered instead of a file. */
final class ShortAnswer {
    static final HttpField ALLOW = new PreEncodedHttpField(HttpHeader.ALLOW, "GET, HEAD, OPTIONS");

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
            // No room now, no answer in time, or cut since it was opened: the next time it is what it is then. EAGAIN
            // is also what a path
            // gets that was renamed while the kernel walked it.
            case Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.EAGAIN, Errno.ENOWORKER, Errno.ENODATA, Errno.ETIME ->
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

    /** Returns where a directory's redirect leads, in ASCII: made from the path that was opened, since two slashes in front would name another host. */
    static String location(String path, String query) {
        return "/" + PercentEncoding.ofPath(path) + "/" + query;
    }
}
