// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.http.PreEncodedHttpField;

/** The Content-Type of a file, by the extension of its name. Text is announced as UTF-8. */
final class MediaTypes {
    private static final HttpField UNKNOWN = field("application/octet-stream");
    private static final int LONGEST_EXTENSION = 32;

    private final Map<String, HttpField> byExtension = new HashMap<>();

    MediaTypes() {
        for (final Map.Entry<String, String> known :
                MimeTypes.DEFAULTS.getMimeMap().entrySet()) {
            final String type = known.getValue();
            byExtension.put(
                    known.getKey().toLowerCase(Locale.ROOT),
                    field(type.startsWith("text/") ? type + ";charset=utf-8" : type));
        }
    }

    /** Returns the Content-Type for a path. */
    HttpField of(String path) {
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
        return new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, type);
    }
}
