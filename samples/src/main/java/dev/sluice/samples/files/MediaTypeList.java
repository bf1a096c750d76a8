// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The list of media types that jshttp keeps, mime-db, as a jar of it has it: what IANA, Apache and nginx know. Where several types claim an
 * extension, the registered one has it, and of several of these what says more of the content.
 *
 * @see <a href="https://github.com/jshttp/mime-db">mime-db</a>
 */
final class MediaTypeList {
    /** The version is that of the dependency. */
    private static final String RESOURCE = "META-INF/resources/webjars/mime-db/1.54.0/db.json";

    private static final String SAYS_NOTHING = "application/octet-stream";

    private final Map<String, String> types = new HashMap<>(2048);
    private final Map<String, Integer> ranks = new HashMap<>(2048);
    private final JsonTokens json;

    private MediaTypeList(String text) {
        json = new JsonTokens(text);
    }

    /** Returns the types by their extensions, in small letters. */
    static Map<String, String> byExtension() {
        try (InputStream in = MediaTypeList.class.getClassLoader().getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the list of media types is missing: no resource " + RESOURCE
                        + "; is mime-db of this version on the class path?");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the list of media types, " + RESOURCE, e);
        }
    }

    /** Parses {@code {"text/css":{"source":"iana","extensions":["css"]},...}}. */
    static Map<String, String> parse(String text) {
        final MediaTypeList list = new MediaTypeList(text);
        list.json.expect('{');
        while (!list.json.takeIf('}')) {
            final String type = list.json.string();
            list.json.expect(':');
            list.takeType(type);
            list.json.takeIf(',');
        }
        return list.types;
    }

    /** Both come in any order: extensions are added when all is read. */
    private void takeType(String type) {
        String source = "";
        int extensions = -1;
        json.expect('{');
        while (!json.takeIf('}')) {
            final String name = json.string();
            json.expect(':');
            if (name.equals("source")) {
                source = json.string();
            } else if (name.equals("extensions")) {
                extensions = json.position();
                json.skipValue();
            } else {
                json.skipValue();
            }
            json.takeIf(',');
        }
        if (extensions >= 0) {
            final int end = json.position();
            json.moveTo(extensions);
            takeExtensions(type, rank(type, source));
            json.moveTo(end);
        }
    }

    private void takeExtensions(String type, int rank) {
        json.expect('[');
        while (!json.takeIf(']')) {
            final String extension = json.string();
            if (rank > ranks.getOrDefault(extension, -1)) {
                ranks.put(extension, rank);
                types.put(extension, type);
            }
            json.takeIf(',');
        }
    }

    private static int rank(String type, String source) {
        if (type.equals(SAYS_NOTHING)) {
            return 0;
        }
        final int bySource = switch (source) {
            case "iana" -> 3;
            case "apache" -> 2;
            case "nginx" -> 1;
            default -> 0;
        };
        return 1 + bySource * 8 + rankOfKind(type.substring(0, type.indexOf('/')));
    }

    /** A film has sound, too; XML tells its charset itself, which a text is given one. */
    private static int rankOfKind(String kind) {
        return switch (kind) {
            case "video" -> 4;
            case "audio", "image", "font" -> 3;
            case "application" -> 2;
            case "text" -> 1;
            default -> 0;
        };
    }
}
