// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads well-formed messages that are all there, with nothing but the methods of String: what the readers are compared with. */
final class NaiveReader {
    private static final String CRLF = "\r\n";

    private String left;
    private final List<String> fields = new ArrayList<>();
    private final List<String> trailers = new ArrayList<>();
    private final StringBuilder content = new StringBuilder();
    private String line;

    private NaiveReader(String text) {
        left = text;
    }

    static List<String> requests(String text) {
        final NaiveReader reader = new NaiveReader(text);
        final List<String> told = new ArrayList<>();
        boolean kept = true;
        while (kept && !reader.left.isEmpty()) {
            reader.readHead();
            reader.readContent(false);
            final String[] parts = reader.line.split(" ", 3);
            final String version = parts[2].endsWith("1.0") ? "1.0" : "1.1";
            kept = reader.isKept(version);
            told.add(reader.tell(parts[0] + " " + parts[1] + " " + version, kept));
        }
        return told;
    }

    static List<String> responses(String method, String text) {
        final NaiveReader reader = new NaiveReader(text);
        final List<String> told = new ArrayList<>();
        boolean kept = true;
        while (kept && !reader.left.isEmpty()) {
            reader.readHead();
            final String[] parts = reader.line.split(" ", 3);
            final boolean interim = parts[1].startsWith("1");
            final boolean without =
                    interim || method.equals("HEAD") || parts[1].equals("204") || parts[1].equals("304");
            final boolean toEnd =
                    !without && reader.value("content-length") == null && reader.value("transfer-encoding") == null;
            if (!without) {
                reader.readContent(toEnd);
            }
            final String version = parts[0].endsWith("1.0") ? "1.0" : "1.1";
            kept = interim || (reader.isKept(version) && !toEnd);
            told.add(reader.tell(parts[1] + " " + version + " " + (parts.length < 3 ? "" : parts[2]), kept));
        }
        return told;
    }

    private String tell(String lineTold, boolean kept) {
        return RequestRun.told(lineTold, fields, content.toString(), trailers, kept);
    }

    private boolean isKept(String version) {
        final String connection = value("connection");
        return version.equals("1.1")
                ? connection == null || !connection.toLowerCase(Locale.ROOT).contains("close")
                : connection != null && connection.toLowerCase(Locale.ROOT).contains("keep-alive");
    }

    private void readHead() {
        fields.clear();
        trailers.clear();
        content.setLength(0);
        line = takeLine();
        readFields(fields);
    }

    private void readFields(List<String> into) {
        for (String field = takeLine(); !field.isEmpty(); field = takeLine()) {
            final int colon = field.indexOf(':');
            into.add(field.substring(0, colon) + ": "
                    + field.substring(colon + 1).strip());
        }
    }

    private void readContent(boolean toEnd) {
        if (toEnd) {
            content.append(take(left.length()));
        } else if (value("transfer-encoding") != null) {
            readChunks();
        } else if (value("content-length") != null) {
            content.append(take(Integer.parseInt(value("content-length"))));
        }
    }

    private void readChunks() {
        int size = takeSize();
        while (size > 0) {
            content.append(take(size));
            take(CRLF.length());
            size = takeSize();
        }
        readFields(trailers);
        trailers.removeIf(trailer -> trailer.toLowerCase(Locale.ROOT).startsWith("content-length:"));
    }

    private int takeSize() {
        return Integer.parseInt(takeLine().split(";", 2)[0], 16);
    }

    private String value(String name) {
        return fields.stream()
                .filter(field -> field.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(field -> field.substring(name.length() + 2))
                .findFirst()
                .orElse(null);
    }

    private String takeLine() {
        final String taken = take(left.indexOf(CRLF));
        take(CRLF.length());
        return taken;
    }

    private String take(int length) {
        final String taken = left.substring(0, length);
        left = left.substring(length);
        return taken;
    }
}
