// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/**
 * What caches are told of a file, by its path: the first rule counts whose pattern it has. Immutable.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9111#section-5.2">RFC 9111, 5.2: Cache-Control</a>
 */
public final class CacheControl {
    /** Tells nothing of any file. */
    public static final CacheControl NONE = new CacheControl(List.of());

    private static final int MOST_CHARACTERS = 1024;

    private record Rule(Glob glob, HttpField field) {}

    private final List<Rule> rules;

    private CacheControl(List<Rule> rules) {
        this.rules = rules;
    }

    /**
     * Adds a rule behind the others.
     *
     * @param pattern of paths below the root: {@code *.css}, {@code assets/**}, <code>**&#47;tmp/?</code>; without a slash it is one of names
     * @param value such as {@code public, max-age=31536000, immutable}
     * @return these rules and that one
     * @throws IllegalArgumentException if the pattern is empty or begins with a slash, or the value is empty, too long or not printable ASCII
     */
    public CacheControl withRule(String pattern, String value) {
        if (value.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException(
                    "value must have at most " + MOST_CHARACTERS + " characters: value=" + value);
        }
        if (value.isBlank() || !value.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
            throw new IllegalArgumentException("value must be printable ASCII, and not blank: value=" + value);
        }
        final List<Rule> more = new ArrayList<>(rules);
        more.add(new Rule(new Glob(pattern), new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, value.strip())));
        return new CacheControl(List.copyOf(more));
    }

    /**
     * Returns what is told of a file.
     *
     * @param path below the root, without a slash in front
     * @return Cache-Control, or null: nothing
     */
    public HttpField of(String path) {
        for (int i = 0; i < rules.size(); i++) {
            final Rule rule = rules.get(i);
            if (rule.glob.matches(path)) {
                return rule.field;
            }
        }
        return null;
    }

    /** Returns the rules in their order. */
    @Override
    public String toString() {
        return rules.toString();
    }
}
