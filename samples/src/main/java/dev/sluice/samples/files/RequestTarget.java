// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import dev.sluice.uring.linux.FileNames;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpStatus;

/**
 * What a request asks for, as a path below the root: decoded, without dot segments, never with a slash in front. One
 * for the loop, used for one request after another.
 *
 * <p>This is not the guard: whatever comes out here the kernel opens only beneath the root.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-3.2">RFC 9112, request target</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4">RFC 3986, dot segments</a>
 */
final class RequestTarget {
    /** Longest path that the kernel takes, less what is put behind that of a directory. */
    private static final int MAX_PATH_LENGTH = 4095 - 64;

    private static final String ABSOLUTE = "http://";
    private static final String ABSOLUTE_SECURE = "https://";

    private String path = "";
    private boolean directory;
    private String query = "";

    /** The path, relative to the root; empty for the root itself. Without a slash at its end. */
    String path() {
        return path;
    }

    /** Tells whether the path ended with a slash: its index is meant, not the directory. */
    boolean isDirectory() {
        return directory;
    }

    /** The query with its question mark, as it came; empty if there is none. */
    String query() {
        return query;
    }

    /** Sets this to what {@code target} asks for, and returns {@code 200}, {@code 400}, {@code 414}, or {@code 421} if it is for TLS. */
    int set(String target) {
        if (target.regionMatches(true, 0, ABSOLUTE_SECURE, 0, ABSOLUTE_SECURE.length())) {
            return HttpStatus.MISDIRECTED_REQUEST_421; // RFC 9110, 7.4: no answer of https comes from here
        }
        query = queryOf(target);
        final int start = startOfPath(target);
        if (start < 0) {
            return HttpStatus.BAD_REQUEST_400;
        }
        if (start == target.length() || target.charAt(start) != '/') { // http://host, http://host?query
            path = "";
            directory = true;
            return HttpStatus.OK_200;
        }
        final int end = endOfPath(target, start);
        if (isPlain(target, start, end)) {
            directory = target.charAt(end - 1) == '/';
            path = target.substring(start + 1, directory ? Math.max(start + 1, end - 1) : end);
        } else {
            final String decoded = decode(target, start, end);
            if (decoded == null || !normalise(decoded)) {
                return HttpStatus.BAD_REQUEST_400;
            }
        }
        return path.length() > MAX_PATH_LENGTH ? HttpStatus.URI_TOO_LONG_414 : HttpStatus.OK_200;
    }

    /** Where the path starts: at 0, or behind the authority of an absolute form; -1 if it is neither. */
    private static int startOfPath(String target) {
        if (!target.isEmpty() && target.charAt(0) == '/') {
            return 0;
        }
        if (!target.regionMatches(true, 0, ABSOLUTE, 0, ABSOLUTE.length())) {
            return -1;
        }
        int authorityEnd = ABSOLUTE.length();
        while (authorityEnd < target.length()
                && target.charAt(authorityEnd) != '/'
                && !endsPath(target, authorityEnd)) {
            authorityEnd++;
        }
        return authorityEnd;
    }

    private static String queryOf(String target) {
        final int start = target.indexOf('?');
        if (start < 0) {
            return "";
        }
        final int fragment = target.indexOf('#');
        if (fragment < 0) {
            return target.substring(start);
        }
        return start < fragment ? target.substring(start, fragment) : "";
    }

    private static int endOfPath(String target, int start) {
        int end = start;
        while (end < target.length() && !endsPath(target, end)) {
            end++;
        }
        return end;
    }

    private static boolean endsPath(String target, int index) {
        final char c = target.charAt(index);
        return c == '?' || c == '#';
    }

    /** Tells whether there is nothing to decode or to normalise. */
    private static boolean isPlain(String target, int start, int end) {
        char before = 0;
        for (int i = start; i < end; i++) {
            final char c = target.charAt(i);
            if (c == '%' || c <= ' ' || c >= 0x7F || (before == '/' && (c == '.' || c == '/'))) {
                return false;
            }
            before = c;
        }
        return true;
    }

    /** Decodes percent-encoding, or returns null if it is malformed, or hides a NUL. What is not UTF-8 may be a name all the same. */
    private static String decode(String target, int start, int end) {
        final ByteBuffer bytes = ByteBuffer.allocate(end - start);
        for (int i = start; i < end; i++) {
            final char c = target.charAt(i);
            if (c == '%') {
                if (i + 2 >= end) {
                    return null;
                }
                final int high = hexDigit(target.charAt(i + 1));
                final int low = hexDigit(target.charAt(i + 2));
                if (high < 0 || low < 0 || (high | low) == 0) {
                    return null;
                }
                bytes.put((byte) ((high << 4) | low));
                i += 2;
            } else if (c <= ' ' || c >= 0x7F) {
                return null; // a URI is ASCII
            } else {
                bytes.put((byte) c);
            }
        }
        final byte[] name = new byte[bytes.flip().remaining()];
        bytes.get(name);
        return FileNames.decode(name);
    }

    private static int hexDigit(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1; // other scripts have digits too
    }

    /** Removes dot segments and empty ones; false if they lead above the root. */
    private boolean normalise(String decoded) {
        final StringBuilder result = new StringBuilder(decoded.length());
        boolean endsAsDirectory = true;
        int from = 1;
        while (from <= decoded.length()) {
            final int slash = decoded.indexOf('/', from);
            final int to = slash < 0 ? decoded.length() : slash;
            final int length = to - from;
            endsAsDirectory = true;
            if (length == 2 && decoded.charAt(from) == '.' && decoded.charAt(from + 1) == '.') {
                if (result.length() == 0) {
                    return false;
                }
                result.setLength(Math.max(0, result.lastIndexOf("/")));
            } else if (length > 0 && !(length == 1 && decoded.charAt(from) == '.')) {
                if (result.length() > 0) {
                    result.append('/');
                }
                result.append(decoded, from, to);
                endsAsDirectory = slash >= 0;
            }
            from = to + 1;
        }
        path = result.toString();
        directory = endsAsDirectory;
        return true;
    }
}
