// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTypesTest {
    private final MediaTypes types = new MediaTypes();

    @ParameterizedTest
    @CsvSource({
        "index.html,       text/html;charset=utf-8",
        "a/b.c/style.css,  text/css;charset=utf-8",
        "UPPER.HTML,       text/html;charset=utf-8",
        "picture.png,      image/png",
        "data.json,        application/json",
        "archive.tar.gz,   application/gzip",
        "README,           application/octet-stream",
        "a.html/README,    application/octet-stream",
        "file.,            application/octet-stream",
        "file.nobodyknows, application/octet-stream"
    })
    void shouldGoByTheExtension(String path, String type) {
        assertThat(types.of(path).getValue()).isEqualTo(type);
    }
}
