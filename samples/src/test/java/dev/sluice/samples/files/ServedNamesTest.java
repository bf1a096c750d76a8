// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that are hidden, names in references (RFC 3986, 2.1), and the pages of errors. */
class ServedNamesTest {
    @ParameterizedTest
    @CsvSource({
        ".htpasswd,                    true",
        "a/.git/config,                true",
        ".git,                         true",
        ".git/,                        true",
        "a/b/.x,                       true",
        "..a,                          true",
        ".well-known,                  false",
        ".well-known/,                 false",
        ".well-known/security.txt,     false",
        ".well-known/acme-challenge/a, false",
        ".well-known/.secret,          true",
        ".well-known-too,              true",
        "a/.well-known/b,              true",
        "a.b/c.,                       false",
        "'',                           false",
        "a,                            false"
    })
    void shouldHideDotNamesButWellKnown(String path, boolean hidden) {
        assertThat(DotFiles.HIDDEN.hide(path)).isEqualTo(hidden);
        assertThat(DotFiles.SERVED.hide(path)).isFalse();
    }

    @Test
    void shouldEncodeWhateverIsNotUnreserved() {
        assertThat(PercentEncoding.ofName("aZ09-._~")).isEqualTo("aZ09-._~");
        assertThat(PercentEncoding.ofName("a b%/?#&:\"<\u00e9\ud83d\ude00"))
                .isEqualTo("a%20b%25%2F%3F%23%26%3A%22%3C%C3%A9%F0%9F%98%80");
        assertThat(PercentEncoding.ofName("\udcff\udcfe.bin")).isEqualTo("%FF%FE.bin");
        assertThat(PercentEncoding.ofPath("a b/c")).isEqualTo("a%20b/c");
    }

    @Test
    void shouldChooseThePageOfTheStatusThenThatOfItsClass() {
        final ErrorPages pages = ErrorPages.NONE
                .withPage("404", "errors/404.html")
                .withPage("4xx", "errors/client.html")
                .withPage("503", "errors/busy.html");
        assertThat(pages.of(404)).isEqualTo("errors/404.html");
        assertThat(pages.of(403)).isEqualTo("errors/client.html");
        assertThat(pages.of(503)).isEqualTo("errors/busy.html");
        assertThat(pages.of(500)).isNull();
        assertThat(pages.of(200)).isNull();
        assertThat(pages.withPage("404", "b").of(404)).isEqualTo("b");
        assertThat(ErrorPages.NONE.of(404)).isNull();
        assertThat(pages).hasToString("{4=errors/client.html, 404=errors/404.html, 503=errors/busy.html}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "4", "200", "304", "600", "4XX", "x04", "40", "4040", "3xx"})
    void shouldRefuseAPageForWhatIsNoError(String statuses) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ErrorPages.NONE.withPage(statuses, "a"))
                .withMessage("statuses must be from 400 to 599, or 4xx or 5xx: statuses=" + statuses);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a"})
    void shouldRefuseAPageThatIsNotBelowTheRoot(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ErrorPages.NONE.withPage("404", path))
                .withMessageStartingWith("path must ");
    }
}
