// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/**
 * The Content-Type of a file, by the extension of its name. Text and JavaScript are announced as UTF-8; JSON is that anyway and XML says
 * itself what it is. For any thread.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-8.3">RFC 9110, 8.3: Content-Type</a>
 */
public final class MediaTypes {
    private static final HttpField UNKNOWN = field("application/octet-stream");
    private static final int LONGEST_EXTENSION = 32;

    /** What the list lacks, or has by names of before they were registered. */
    private static final Map<String, String> ALSO = Map.of(
            "br", "application/x-brotli",
            "ddeb", "application/vnd.debian.binary-package",
            "deb", "application/vnd.debian.binary-package",
            "mka", "audio/matroska",
            "mkv", "video/matroska",
            "tgz", "application/gzip",
            "udeb", "application/vnd.debian.binary-package",
            "zst", "application/zstd");

    private static MediaTypes listed;

    private final Map<String, HttpField> byExtension = new HashMap<>(4096);

    /**
     * Returns the types of the list, which is read once.
     *
     * @return always the same
     * @throws IllegalStateException if the jar that has it is not on the class path, or has something else
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    public static synchronized MediaTypes listed() {
        if (listed == null) {
            listed = new MediaTypes();
        }
        return listed;
    }

    private MediaTypes() {
        final Map<String, HttpField> byType = new HashMap<>();
        final Map<String, String> types = MediaTypeList.byExtension();
        types.putAll(ALSO);
        types.forEach((extension, type) ->
                byExtension.put(extension.toLowerCase(Locale.ROOT), byType.computeIfAbsent(type, MediaTypes::field)));
    }

    /**
     * Returns the type of a file.
     *
     * @param path of it, or its name; without the extension of a {@link ContentCoding}
     * @return Content-Type; {@code application/octet-stream} if its extension is not known
     */
    public HttpField of(String path) {
        final int dot = path.lastIndexOf('.');
        if (dot < 0 || path.length() - dot > LONGEST_EXTENSION || path.indexOf('/', dot) >= 0) {
            return UNKNOWN;
        }
        final String extension = path.substring(dot + 1);
        HttpField field = byExtension.get(extension);
        if (field == null) {
            field = byExtension.get(extension.toLowerCase(Locale.ROOT));
        }
        return field == null ? UNKNOWN : field;
    }

    private static HttpField field(String type) {
        final boolean text = type.startsWith("text/") || type.equals("application/javascript");
        return new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, text ? type + ";charset=utf-8" : type);
    }
}
