// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111, 5.2: what caches are told, by patterns of paths. */
class CacheControlTest {
    static LongStream seeds() {
        return Seeds.of();
    }

    @ParameterizedTest
    @CsvSource({
        "*.css,        a.css,            true",
        "*.css,        x/y/a.css,        true",
        "*.css,        a.css/b,          false",
        "*.css,        .css,             true",
        "a/*.css,      a/b.css,          true",
        "a/*.css,      a/b/c.css,        false",
        "a/**,         a/b/c.css,        true",
        "a/**,         a,                false",
        "**,           a/b/c,            true",
        "**/b/*,       b/c,              true",
        "**/b/*,       a/x/b/c,          true",
        "**/b/*,       a/xb/c,           false",
        "a/**/b,       a/b,              true",
        "a/**/b,       a/x/y/b,          true",
        "a/**/b,       a/xb,             false",
        "a/*/b,        a/x/b,            true",
        "a/*/b,        a/b,              false",
        "*.??.js,      app.en.js,        true",
        "*.??.js,      app.eng.js,       false",
        "a?b/c,        a/b/c,            false",
        "*-*-*.js,     a--b.js,          true",
        "*ab,          aab,              true",
        "a/**/*b/*d,   a/xb/yb/zd,       true"
    })
    void shouldMatchPathsByPatterns(String pattern, String path, boolean matches) {
        assertThat(new Glob(pattern).matches(path)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "a**", "**a", "a/b**/c", "***"})
    void shouldRefuseWhatIsNoPattern(String pattern) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Glob(pattern))
                .withMessageStartingWith("pattern must ")
                .withMessageEndingWith("pattern=" + pattern);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldAgreeWithRegularExpressions(long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final String[] parts = {"a", "b", "*", "?", "/", "/**/", "/*/"};
        int matches = 0;
        for (int i = 0; i < 100_000; i++) {
            final StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "**/" : "");
            for (int part = 1 + random.nextInt(5); part > 0; part--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            final String pattern = text.append(random.nextInt(6) == 0 ? "/**" : "")
                    .toString()
                    .replaceAll("/+", "/")
                    .replaceAll("\\*+", "*");
            final String glob = pattern.replaceAll("(^|/)\\*(?=/|$)", random.nextBoolean() ? "$1**" : "$1*")
                    .replaceAll("^/", "");
            if (glob.isEmpty()) {
                continue;
            }
            final StringBuilder path = new StringBuilder("a");
            for (int c = random.nextInt(8); c > 0; c--) {
                path.append("aab/".charAt(random.nextInt(4)));
            }
            final boolean expected = regex(glob).matcher(path).matches();
            matches += expected ? 1 : 0;
            assertThat(new Glob(glob).matches(path.toString()))
                    .as("%s of %s", glob, path)
                    .isEqualTo(expected);
        }
        assertThat(matches).isGreaterThan(1000);
    }

    private static Pattern regex(String glob) {
        final String regex = glob.replace("**/", "(D/)S")
                .replace("**", "D")
                .replace("*", "[^/]S")
                .replace("?", "[^/]");
        final String whole = regex.replace("(D/)S", "(.*/)?").replace("D", ".*").replace("S", "*");
        return Pattern.compile(glob.indexOf('/') < 0 ? "(.*/)?" + whole : whole);
    }

    @Test
    void shouldTakeTheFirstRuleThatMatches() {
        final CacheControl rules = CacheControl.NONE
                .withRule("assets/**", "public, max-age=31536000, immutable")
                .withRule("*.html", "no-cache")
                .withRule("assets/*.html", "never");
        assertThat(rules.of("assets/a.html").toString())
                .isEqualTo("Cache-Control: public, max-age=31536000, immutable");
        assertThat(rules.of("b/a.html").getValue()).isEqualTo("no-cache");
        assertThat(rules.of("a.css")).isNull();
        assertThat(CacheControl.NONE.of("a.html")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\r\nSet-Cookie: b", "a\u0000", "\u00e9"})
    void shouldRefuseWhatIsNoValue(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CacheControl.NONE.withRule("*", value))
                .withMessageStartingWith("value must ");
    }
}
