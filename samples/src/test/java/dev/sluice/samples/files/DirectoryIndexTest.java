// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DirectoryIndexTest {
    private static final long THEN = 784_111_777L;

    private static final List<ListedName> NAMES = List.of(
            new ListedName("b.txt", false, 12_345L, THEN),
            new ListedName("\udcff\udcfe.bin", false, 0L, THEN),
            new ListedName("sub dir", true, 4096L, THEN + 0),
            new ListedName("<i>\"'&\\\n\u00e9", false, 1L, 0L),
            new ListedName("a:b", false, 2L, THEN));

    private static String html(String path, List<ListedName> names) {
        return new String(DirectoryIndex.html(path, names), StandardCharsets.UTF_8);
    }

    private static List<String> links(String page) {
        final List<String> links = new ArrayList<>();
        final Matcher matcher =
                Pattern.compile("<a href=\"([^\"]*)\">([^<]*)</a>").matcher(page);
        while (matcher.find()) {
            links.add(matcher.group(1) + " " + matcher.group(2));
        }
        return links;
    }

    @Test
    void shouldLinkEachNameWithDirectoriesFirst() {
        assertThat(links(html("x/y", NAMES)))
                .containsExactly(
                        "../ ../",
                        "sub%20dir/ sub dir/",
                        "%3Ci%3E%22%27%26%5C%0A%C3%A9 &lt;i&gt;&quot;&#39;&amp;\\\ufffd\u00e9",
                        "a%3Ab a:b",
                        "b.txt b.txt",
                        "%FF%FE.bin \ufffd\ufffd.bin");
        assertThat(links(html("", NAMES))).doesNotContain("../ ../").hasSize(5);
    }

    @Test
    void shouldShowSizesOfFilesAndTimes() {
        final String page = html("a<b", NAMES);
        assertThat(page)
                .startsWith("<!DOCTYPE html>\n")
                .contains("<title>/a&lt;b</title>", "<h1>/a&lt;b</h1>")
                .contains(">b.txt</a></td><td>1994-11-06 08:49</td><td class=\"n\">12345</td>")
                .contains(">sub dir/</a></td><td>1994-11-06 08:49</td><td class=\"n\"></td>")
                .doesNotContain("4096", "<i>");
    }

    @Test
    void shouldListForPrograms() {
        assertThat(new String(DirectoryIndex.json(NAMES), StandardCharsets.UTF_8))
                .isEqualTo("""
                        [
                        {"name":"sub dir","href":"sub%20dir/","type":"directory","modified":"1994-11-06T08:49:37Z"},
                        {"name":"<i>\\"'&\\\\\\n\u00e9","href":"%3Ci%3E%22%27%26%5C%0A%C3%A9","type":"file","size":1,"modified":"1970-01-01T00:00:00Z"},
                        {"name":"a:b","href":"a%3Ab","type":"file","size":2,"modified":"1994-11-06T08:49:37Z"},
                        {"name":"b.txt","href":"b.txt","type":"file","size":12345,"modified":"1994-11-06T08:49:37Z"},
                        {"name":"\ufffd\ufffd.bin","href":"%FF%FE.bin","type":"file","size":0,"modified":"1994-11-06T08:49:37Z"}
                        ]
                        """);
        assertThat(new String(DirectoryIndex.json(List.of()), StandardCharsets.UTF_8))
                .isEqualTo("[]\n");
    }

    @Test
    void shouldKeepWholeSurrogatePairs() {
        final List<ListedName> names = List.of(new ListedName("\ud83d\ude00", false, 1L, THEN));
        assertThat(links(html("", names))).containsExactly("%F0%9F%98%80 \ud83d\ude00");
        assertThat(new String(DirectoryIndex.json(names), StandardCharsets.UTF_8))
                .contains("\"\ud83d\ude00\"");
    }
}
