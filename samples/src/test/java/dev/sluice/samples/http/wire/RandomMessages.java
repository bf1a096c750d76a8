// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.util.Locale;
import java.util.Random;

/** Writes well-formed messages, in all the ways that the grammar has. */
final class RandomMessages {
    private static final String[] METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "M-SEARCH", "x"};
    private static final String[] TARGETS = {"/", "/a/b.html", "/?q=%20", "*", "http://h/x", "/" + "a".repeat(300)};
    private static final String[] FIELDS = {
        "Accept: */*",
        "User-Agent:\tx/1 (y; z)  ",
        "X-Empty:",
        "x-latin: \u00e4\u00ff",
        "Cookie: a=b; c=\"d\"",
        "ETag: \"x\"",
        "If-None-Match: \"x\", W/\"y\"",
        "Content-Type: text/html;charset=utf-8",
        "Vary: a",
        "Vary: b",
        "Connection: Keep-Alive",
        "Connection: close",
        "Cache-Control: no-cache",
        "Date: Sun, 06 Nov 1994 08:49:37 GMT",
        "accept-encoding: gzip, deflate",
        "Accept-Encoding: gzip",
        "Content-Encodin: gzip"
    };
    private static final String[] STATUSES = {
        "200 OK", "200 ", "200", "404 Not Found", "204 No Content", "304 Not Modified", "500 \u00fc", "599 x  y", "206 "
    };
    private static final String[] EXTENSIONS = {"", "", ";a", ";a=b", ";a=\"b;c\";d"};
    private static final String[] TRAILERS = {"Expires-At: 1", "x-sum:\t2", "Content-Length: 7"};

    private final Random random;

    RandomMessages(Random random) {
        this.random = random;
    }

    /** Up to four of them, of one connection. */
    String requests() {
        final StringBuilder text = new StringBuilder();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            final boolean http11 = random.nextInt(4) > 0;
            text.append(one(METHODS)).append(' ').append(one(TARGETS));
            text.append(http11 ? " HTTP/1.1" : " HTTP/1.0").append("\r\nHost: h\r\n");
            fields(text);
            body(text, http11, false);
        }
        return text.toString();
    }

    /** Up to four of them, with interim ones, to requests that are all HEAD or none is. */
    String responses(boolean toHead) {
        final StringBuilder text = new StringBuilder();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            for (int interim = random.nextInt(3) == 0 ? random.nextInt(4) : 0; interim > 0; interim--) {
                text.append("HTTP/1.1 10")
                        .append(random.nextBoolean() ? "3 Early Hints" : "0 Continue")
                        .append("\r\n");
                text.append(random.nextBoolean() ? "Link: x\r\n\r\n" : "\r\n");
            }
            final boolean http11 = random.nextInt(4) > 0;
            final String status = one(STATUSES);
            text.append(http11 ? "HTTP/1.1 " : "HTTP/1.0 ").append(status).append("\r\n");
            fields(text);
            if (toHead || status.startsWith("204") || status.startsWith("304")) {
                text.append(random.nextBoolean() ? "Content-Length: 5\r\n\r\n" : "\r\n");
            } else {
                body(text, http11, true);
            }
        }
        return text.toString();
    }

    private void fields(StringBuilder text) {
        boolean connection = false;
        for (int n = random.nextInt(6); n > 0; n--) {
            final String field = one(FIELDS);
            if (!field.startsWith("Connection") || !connection) { // the naive one knows one
                text.append(field).append("\r\n");
                connection |= field.startsWith("Connection");
            }
        }
    }

    private void body(StringBuilder text, boolean http11, boolean toEnd) {
        final String content = content();
        switch (random.nextInt(http11 ? 4 : 2)) {
            case 0 -> text.append("\r\n").append(toEnd ? content : "");
            case 1 ->
                text.append("Content-Length: ")
                        .append(content.length())
                        .append("\r\n\r\n")
                        .append(content);
            default -> chunks(text.append("Transfer-Encoding: chunked\r\n\r\n"), content);
        }
    }

    private void chunks(StringBuilder text, String content) {
        int from = 0;
        while (from < content.length()) {
            final int to = from + 1 + random.nextInt(content.length() - from);
            final String size = Integer.toHexString(to - from);
            text.append(random.nextBoolean() ? size : "00" + size.toUpperCase(Locale.ROOT));
            text.append(one(EXTENSIONS))
                    .append("\r\n")
                    .append(content, from, to)
                    .append("\r\n");
            from = to;
        }
        text.append("0").append(one(EXTENSIONS)).append("\r\n");
        for (int n = random.nextInt(3); n > 0; n--) {
            text.append(one(TRAILERS)).append("\r\n");
        }
        text.append("\r\n");
    }

    /** All bytes there are, and what looks like a message. */
    private String content() {
        final StringBuilder content = new StringBuilder();
        for (int n = random.nextInt(40); n > 0; n--) {
            content.append(random.nextInt(8) == 0 ? "\r\n0\r\n\r\n" : String.valueOf((char) random.nextInt(256)));
        }
        return content.toString();
    }

    private String one(String[] of) {
        return of[random.nextInt(of.length)];
    }
}
