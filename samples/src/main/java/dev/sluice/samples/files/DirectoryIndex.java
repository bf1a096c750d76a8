// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/**
 * The list of what is in a directory, for people and for programs. Names that are not UTF-8 are shown with a mark in the place of each odd
 * byte; the references to them have the bytes.
 *
 * <p>References are relative: the page must be asked for with a slash at the end of its path.
 */
public final class DirectoryIndex {
    /** Content-Type of {@link #html}. */
    public static final HttpField HTML = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/html;charset=utf-8");

    /** Content-Type of {@link #json}. */
    public static final HttpField JSON = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");

    private static final DateTimeFormatter MINUTES =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm").withZone(ZoneOffset.UTC);
    private static final char REPLACEMENT = '\uFFFD';

    private static final JsonFactory JSON_FACTORY = new JsonFactory();

    private DirectoryIndex() {}

    /**
     * Renders a page.
     *
     * @param path of the directory below the root, without slashes at its ends; empty for the root, which has no way up
     * @param listing what is in it
     * @return UTF-8
     */
    public static byte[] html(String path, Collection<ListedName> listing) {
        final StringBuilder page = new StringBuilder(512 + 160 * listing.size());
        page.append("<!DOCTYPE html>\n<html>\n<head><meta charset=\"utf-8\"><title>/");
        escape(page, path);
        page.append(
                "</title>\n<style>td{padding:0 1em 0 0;white-space:pre}td.n{text-align:right}</style></head>\n<body>\n<h1>/");
        escape(page, path);
        page.append("</h1>\n<table>\n");
        if (!path.isEmpty()) {
            page.append("<tr><td><a href=\"../\">../</a></td><td></td><td></td></tr>\n");
        }
        for (final ListedName listed : sorted(listing)) {
            page.append("<tr><td><a href=\"").append(listed.link()).append("\">");
            escape(page, listed.name());
            page.append(listed.directory() ? "/" : "").append("</a></td><td>");
            MINUTES.formatTo(Instant.ofEpochSecond(listed.modifiedSeconds()), page);
            page.append("</td><td class=\"n\">");
            page.append(listed.directory() ? "" : Long.toString(listed.sizeBytes()));
            page.append("</td></tr>\n");
        }
        page.append("</table>\n</body>\n</html>\n");
        return page.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Renders the list as an array of objects: {@code name}, {@code href}, {@code type}, which is {@code file} or {@code directory}, {@code
     * size} in bytes of a file, {@code modified} as RFC 3339 has it.
     *
     * @param listing what is in the directory
     * @return UTF-8
     */
    public static byte[] json(Collection<ListedName> listing) {
        final ByteArrayOutputStream list = new ByteArrayOutputStream(128 + 128 * listing.size());
        try (JsonGenerator json = JSON_FACTORY.createGenerator(list)) {
            json.setPrettyPrinter(new LineForEach());
            json.enable(JsonGenerator.Feature.COMBINE_UNICODE_SURROGATES_IN_UTF8);
            json.writeStartArray();
            for (final ListedName listed : sorted(listing)) {
                json.writeStartObject();
                json.writeStringField("name", shown(listed.name()));
                json.writeStringField("href", listed.link());
                json.writeStringField("type", listed.directory() ? "directory" : "file");
                if (!listed.directory()) {
                    json.writeNumberField("size", listed.sizeBytes());
                }
                json.writeStringField(
                        "modified",
                        Instant.ofEpochSecond(listed.modifiedSeconds()).toString());
                json.writeEndObject();
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException("memory is written to", e);
        }
        return list.toByteArray();
    }

    private static final class LineForEach extends MinimalPrettyPrinter {
        private static final long serialVersionUID = 1L;

        @Override
        public void beforeArrayValues(JsonGenerator json) throws IOException {
            json.writeRaw('\n');
        }

        @Override
        public void writeArrayValueSeparator(JsonGenerator json) throws IOException {
            json.writeRaw(",\n");
        }

        @Override
        public void writeEndArray(JsonGenerator json, int values) throws IOException {
            json.writeRaw(values == 0 ? "]\n" : "\n]\n");
        }
    }

    private static List<ListedName> sorted(Collection<ListedName> listing) {
        final List<ListedName> sorted = new ArrayList<>(listing);
        sorted.sort(ListedName.ORDER);
        return sorted;
    }

    private static void escape(StringBuilder page, String text) {
        for (int i = 0; i < text.length(); i++) {
            final char c = shown(text, i);
            switch (c) {
                case '&' -> page.append("&amp;");
                case '<' -> page.append("&lt;");
                case '>' -> page.append("&gt;");
                case '"' -> page.append("&quot;");
                case '\'' -> page.append("&#39;");
                default -> page.append(Character.isISOControl(c) ? REPLACEMENT : c);
            }
        }
    }

    private static String shown(String text) {
        final StringBuilder shown = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            shown.append(shown(text, i));
        }
        return shown.toString();
    }

    /** Half of a surrogate pair without the other stands for a byte that is not UTF-8. */
    private static char shown(String text, int index) {
        final char c = text.charAt(index);
        if (!Character.isSurrogate(c)) {
            return c;
        }
        final boolean pair = Character.isHighSurrogate(c)
                ? index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1))
                : index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
        return pair ? c : REPLACEMENT;
    }
}
