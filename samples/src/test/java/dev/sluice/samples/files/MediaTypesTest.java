// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110, 8.3: Content-Type. */
class MediaTypesTest {
    private static final MediaTypes TYPES = MediaTypes.listed();

    @ParameterizedTest
    @CsvSource({
        "index.html,        text/html;charset=utf-8",
        "index.htm,         text/html;charset=utf-8",
        "a/b.c/style.css,   text/css;charset=utf-8",
        "UPPER.HTML,        text/html;charset=utf-8",
        "a.js,              text/javascript;charset=utf-8",
        "a.mjs,             text/javascript;charset=utf-8",
        "a.txt,             text/plain;charset=utf-8",
        "a.log,             text/plain;charset=utf-8",
        "a.md,              text/markdown;charset=utf-8",
        "a.csv,             text/csv;charset=utf-8",
        "a.vtt,             text/vtt;charset=utf-8",
        "a.ics,             text/calendar;charset=utf-8",
        "a.json,            application/json",
        "a.map,             application/json",
        "a.jsonld,          application/ld+json",
        "a.webmanifest,     application/manifest+json",
        "a.xml,             application/xml",
        "a.xhtml,           application/xhtml+xml",
        "a.atom,            application/atom+xml",
        "a.svg,             image/svg+xml",
        "a.wasm,            application/wasm",
        "a.pdf,             application/pdf",
        "a.png,             image/png",
        "a.jpg,             image/jpeg",
        "a.gif,             image/gif",
        "a.webp,            image/webp",
        "a.avif,            image/avif",
        "a.jxl,             image/jxl",
        "a.ico,             image/vnd.microsoft.icon",
        "a.woff,            font/woff",
        "a.woff2,           font/woff2",
        "a.ttf,             font/ttf",
        "a.mp3,             audio/mpeg",
        "a.ogg,             audio/ogg",
        "a.m4a,             audio/mp4",
        "a.mp4,             video/mp4",
        "a.webm,            video/webm",
        "a.mkv,             video/matroska",
        "a.mts,             video/mp2t",
        "a.m3u8,            application/vnd.apple.mpegurl",
        "a.mpd,             application/dash+xml",
        "a.zip,             application/zip",
        "a.gz,              application/gzip",
        "a.tar.gz,          application/gzip",
        "a.tgz,             application/gzip",
        "a.zst,             application/zstd",
        "a.br,              application/x-brotli",
        "a.xz,              application/x-xz",
        "a.jar,             application/java-archive",
        "a.deb,             application/vnd.debian.binary-package",
        "a.udeb,            application/vnd.debian.binary-package",
        "a.rpm,             application/x-redhat-package-manager",
        "a.iso,             application/x-iso9660-image",
        "a.torrent,         application/x-bittorrent",
        "a.bin,             application/octet-stream",
        "README,            application/octet-stream",
        "a.html/README,     application/octet-stream",
        ".html,             text/html;charset=utf-8",
        "file.,             application/octet-stream",
        "file.nobodyknows,  application/octet-stream",
        "file.\u0130\u0130, application/octet-stream"
    })
    void shouldGoByTheExtension(String path, String type) {
        assertThat(TYPES.of(path).getValue()).isEqualTo(type);
        assertThat(TYPES.of(path).getName()).isEqualTo("Content-Type");
    }

    @Test
    void shouldReadTheWholeList() {
        assertThat(MediaTypeList.byExtension()).hasSizeGreaterThan(1200);
    }

    @Test
    void shouldPreferWhatIsRegisteredAndSaysSomething() {
        assertThat(MediaTypeList.parse("""
                {
                  "application/octet-stream": {"source": "iana", "extensions": ["a", "z"]},
                  "application/x-a": {"source": "apache", "compressible": false, "extensions": ["a", "b"]},
                  "text/b": {"extensions": ["b", "c"], "source": "iana"},
                  "application/b": {"source": "iana", "extensions": ["c"]},
                  "image/none": {"source": "iana"}
                }
                """))
                .hasSize(4)
                .containsEntry("a", "application/x-a")
                .containsEntry("b", "text/b")
                .containsEntry("c", "application/b")
                .containsEntry("z", "application/octet-stream");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"a\"", "{\"a/b\":{\"extensions\":{}}}", "{\"a/b\":{\"x\":}}", "{\"a"})
    void shouldRefuseWhatItDoesNotKnow(String text) {
        assertThatIllegalStateException()
                .isThrownBy(() -> MediaTypeList.parse(text))
                .withMessage("the list of media types is not the JSON that is known");
    }
}
