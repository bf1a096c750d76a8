// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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
        final MediaTypeList list = new MediaTypeList();
        try (JsonParser json = new JsonFactory().createParser(text)) {
            expect(json.nextToken() == JsonToken.START_OBJECT, json);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                list.takeType(json.currentName(), json);
            }
            expect(json.currentToken() == JsonToken.END_OBJECT, json);
        } catch (IOException e) {
            throw new IllegalStateException("the list of media types is not the JSON that is known", e);
        }
        return list.types;
    }

    private static void expect(boolean known, JsonParser json) throws JsonParseException {
        if (!known) {
            throw new JsonParseException(json, "not " + json.currentToken());
        }
    }

    /** Both come in any order. */
    private void takeType(String type, JsonParser json) throws IOException {
        String source = "";
        final List<String> extensions = new ArrayList<>();
        expect(json.nextToken() == JsonToken.START_OBJECT, json);
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            final String name = json.currentName();
            json.nextToken();
            if (name.equals("source")) {
                source = json.getText();
            } else if (name.equals("extensions")) {
                expect(json.currentToken() == JsonToken.START_ARRAY, json);
                while (json.nextToken() == JsonToken.VALUE_STRING) {
                    extensions.add(json.getText());
                }
            } else {
                json.skipChildren();
            }
        }
        final int rank = rank(type, source);
        for (final String extension : extensions) {
            if (rank > ranks.getOrDefault(extension, -1)) {
                ranks.put(extension, rank);
                types.put(extension, type);
            }
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
