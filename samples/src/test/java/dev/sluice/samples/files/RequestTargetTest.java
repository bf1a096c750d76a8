// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.linux.FileNames;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {
    private final RequestTarget target = new RequestTarget();

    @ParameterizedTest
    @CsvSource({
        "/a.txt,                       a.txt",
        "/a/b/c.txt,                   a/b/c.txt",
        "/a.txt?x=/../..,              a.txt",
        "/a%20b,                       a b",
        "/%61%2E%74xt,                 a.txt",
        "/%c3%A9,                      é",
        "/%f0%9f%98%80,                😀",
        "/a%2fb,                       a/b",
        "/a%252fb,                     a%2fb",
        "/a//b,                        a/b",
        "//a,                          a",
        "/./a/./b,                     a/b",
        "/a/../b,                      b",
        "/a/b/..%2Fc,                  a/c",
        "/a/%2e%2e/b,                  b",
        "/.hidden,                     .hidden",
        "/...,                         ...",
        "/..a/b..,                     ..a/b..",
        "/a%5Cb,                       a\\b",
        "http://host/a.txt,            a.txt",
        "HTTP://host:80/a/../b?q,      b"
    })
    void shouldDecodeAndNormaliseAFile(String requested, String path) {
        assertThat(target.set(requested)).isEqualTo(200);
        assertThat(target.path()).isEqualTo(path);
        assertThat(target.isDirectory()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/,                 ''",
        "/?a,               ''",
        "//,                ''",
        "/.,                ''",
        "/a/..,             ''",
        "/a/../,            ''",
        "/a/,               a",
        "/a/b/,             a/b",
        "/a/.,              a",
        "/a/b/..,           a",
        "/a%2f,             a",
        "http://host,       ''",
        "http://host?a/b,   ''",
        "http://host/,      ''"
    })
    void shouldKnowADirectoryByItsEnd(String requested, String path) {
        assertThat(target.set(requested)).isEqualTo(200);
        assertThat(target.path()).isEqualTo(path);
        assertThat(target.isDirectory()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..",
                "/../",
                "/../a",
                "/a/../..",
                "/a/../../etc/passwd",
                "/..%2fa",
                "/%2e%2e/a",
                "/%2e%2e%2fa",
                "/.%2e/a",
                "/./../a",
                "//../a",
                "/a//../../b",
                "http://host/../a"
            })
    void shouldRefuseWhatLeadsAboveTheRoot(String requested) {
        assertThat(target.set(requested)).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a%00", "/%00", "/a%00.html", "/%2500%00"})
    void shouldRefuseNul(String requested) {
        assertThat(target.set(requested)).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%c0%ae",
                "/%c0%ae%c0%ae",
                "/%e0%80%ae",
                "/%c0%af",
                "/%ff",
                "/%c3",
                "/%ed%a0%80",
                "/%f5%80%80%80"
            })
    void shouldTakeWhatIsNotUtf8ForTheBytesOfAName(String requested) {
        assertThat(target.set(requested)).isEqualTo(200);
        final byte[] bytes = HexFormat.of().parseHex(requested.replaceAll("[/%]", ""));
        assertThat(FileNames.encode(target.path())).isEqualTo(bytes);
        assertThat(target.isDirectory()).isFalse();
    }

    @Test
    void shouldRefuseWhatIsNotAscii() {
        assertThat(target.set("/é")).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%", "/%1", "/%zz", "/%1g", "/a%", "/%-1", "/%+1", "/%１１", "/a b", "/a\tb", "/a\u007f"})
    void shouldRefuseMalformedEncoding(String requested) {
        assertThat(target.set(requested)).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "a", "a/b", "?/a", "ftp://host/a", "host:80"})
    void shouldRefuseWhatIsNoPath(String requested) {
        assertThat(target.set(requested)).isEqualTo(400);
    }

    @Test
    void shouldNotAnswerForHttps() {
        assertThat(target.set("https://host/a")).isEqualTo(421);
        assertThat(target.set("HTTPS://host")).isEqualTo(421);
    }

    @Test
    void shouldRefuseAPathThatNoFileCanHave() {
        assertThat(target.set("/" + "a".repeat(4000))).isEqualTo(200);
        assertThat(target.set("/" + "a".repeat(4096))).isEqualTo(414);
    }

    @Test
    void shouldForgetTheTargetBefore() {
        assertThat(target.set("/a/")).isEqualTo(200);
        assertThat(target.set("/b")).isEqualTo(200);
        assertThat(target.path()).isEqualTo("b");
        assertThat(target.isDirectory()).isFalse();
        assertThat(target.set("/%61/")).isEqualTo(200);
        assertThat(target.isDirectory()).isTrue();
        assertThat(target.set("/%62")).isEqualTo(200);
        assertThat(target.isDirectory()).isFalse();
    }
}
