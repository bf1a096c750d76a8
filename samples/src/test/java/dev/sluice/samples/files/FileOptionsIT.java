// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is served, and what is said of it, as options ask. */
class FileOptionsIT {
    @TempDir
    Path directory;

    private RunningServer server;

    @AfterEach
    void stop() {
        server.awaitNothingHeld();
        server.close();
    }

    private void serve(UnaryOperator<FileOptions> changes) {
        server = RunningServer.of(directory, o -> o.withFiles(changes.apply(FileOptions.defaults())));
    }

    private Response get(String target, String... fields) throws IOException {
        try (Client client = new Client(server.address())) {
            return client.send("GET " + target + " HTTP/1.1\r\nHost: h\r\n"
                            + Arrays.stream(fields).map(field -> field + "\r\n").collect(Collectors.joining()) + "\r\n")
                    .response();
        }
    }

    @Test
    void shouldHideDotFilesButWhatIsWellKnown() throws IOException {
        TestFiles.write(directory, ".git/config", "secret");
        TestFiles.write(directory, "a/.htpasswd", "secret");
        TestFiles.write(directory, ".well-known/security.txt", "public");
        serve(o -> o);
        assertThat(get("/.git/config").status()).isEqualTo(404);
        assertThat(get("/.git").status()).isEqualTo(404);
        assertThat(get("/a/%2ehtpasswd").status()).isEqualTo(404);
        assertThat(get("/.well-known/security.txt").text()).isEqualTo("public");
    }

    @Test
    void shouldServeDotFilesWhenAsked() throws IOException {
        TestFiles.write(directory, ".git/config", "for all");
        serve(o -> o.withDotFiles(DotFiles.SERVED));
        assertThat(get("/.git/config").text()).isEqualTo("for all");
    }

    /** RFC 9110, 12.5.3. */
    @Test
    void shouldSendTheSiblingThatTheClientPrefersWithATagOfItsOwn() throws IOException {
        TestFiles.write(directory, "page.html", "plain");
        TestFiles.write(directory, "page.html.br", "brotli");
        TestFiles.write(directory, "page.html.gz", "gzipped");
        TestFiles.write(directory, "only.html", "only");
        serve(o -> o.withSiblings(Set.of(ContentCoding.BROTLI, ContentCoding.GZIP)));

        final Response plain = get("/page.html");
        assertThat(plain.text()).isEqualTo("plain");
        assertThat(plain.field("Content-Encoding")).isNull();
        final Response brotli = get("/page.html", "Accept-Encoding: gzip, br");
        assertThat(brotli.text()).isEqualTo("brotli");
        assertThat(brotli.field("Content-Encoding")).isEqualTo("br");
        assertThat(brotli.field("Content-Type")).isEqualTo("text/html;charset=utf-8");
        final Response gzip = get("/page.html", "Accept-Encoding: gzip, br;q=0.5");
        assertThat(gzip.text()).isEqualTo("gzipped");
        assertThat(Set.of(plain.field("ETag"), brotli.field("ETag"), gzip.field("ETag")))
                .hasSize(3);
        for (final Response each : new Response[] {plain, brotli, gzip}) {
            assertThat(each.field("Vary")).isEqualTo("Accept-Encoding");
        }
        final Response only = get("/only.html", "Accept-Encoding: gzip, br");
        assertThat(only.text()).isEqualTo("only");
        assertThat(only.field("Content-Encoding")).isNull();
        assertThat(get("/page.html", "Accept-Encoding: identity;q=0").status()).isEqualTo(406);
        final Response part = get("/page.html", "Accept-Encoding: br", "Range: bytes=1-2");
        assertThat(part.text()).isEqualTo("ro");
        assertThat(part.field("Content-Encoding")).isEqualTo("br");
    }

    /** A sibling that cannot be had, for whatever reason, is no answer. */
    @Test
    void shouldAnswerByThePathItselfWhereThereIsNoSibling() throws IOException {
        final String longName = "n".repeat(254);
        TestFiles.write(directory, longName, "long");
        TestFiles.write(directory, "plain", "plain");
        Files.createDirectories(directory.resolve("plain.br"));
        Files.createDirectories(directory.resolve("docs"));
        Files.createDirectories(directory.resolve("other.gz"));
        Files.createSymbolicLink(directory.resolve("loop.gz"), Path.of("loop.gz"));
        TestFiles.write(directory, "loop", "no loop");
        serve(o -> o.withSiblings(Set.of(ContentCoding.BROTLI, ContentCoding.GZIP)));
        for (final String accepted : new String[] {"*", "gzip, br", "gzip;q=0.5, identity", "br, *;q=0"}) {
            final String field = "Accept-Encoding: " + accepted;
            if (!accepted.endsWith("q=0")) {
                assertThat(get("/" + longName, field).text()).as(accepted).isEqualTo("long");
                assertThat(get("/plain", field).text()).as(accepted).isEqualTo("plain");
                assertThat(get("/loop", field).text()).as(accepted).isEqualTo("no loop");
                assertThat(get("/docs", field).status()).as(accepted).isEqualTo(301);
            }
            assertThat(get("/other", field).status()).as(accepted).isEqualTo(404);
            assertThat(get("/missing", field).status()).as(accepted).isEqualTo(404);
        }
    }

    @Test
    void shouldTellCachesWhatTheFirstRuleSays() throws IOException {
        TestFiles.write(directory, "assets/a.css", "x");
        TestFiles.write(directory, "b.css", "x");
        TestFiles.write(directory, "c.html", "x");
        serve(o -> o.withCacheControl(CacheControl.NONE
                .withRule("assets/**", "max-age=31536000, immutable")
                .withRule("*.css", "no-cache")));
        assertThat(get("/assets/a.css").field("Cache-Control")).isEqualTo("max-age=31536000, immutable");
        assertThat(get("/b.css").field("Cache-Control")).isEqualTo("no-cache");
        assertThat(get("/b.css", "If-None-Match: *").field("Cache-Control")).isEqualTo("no-cache");
        assertThat(get("/c.html").field("Cache-Control")).isNull();
    }

    @Test
    void shouldSayErrorsWithTheirPages() throws IOException {
        TestFiles.write(directory, "errors/404.html", "<p>not here");
        TestFiles.write(directory, "file", "x");
        serve(o -> o.withErrorPages(
                ErrorPages.NONE.withPage("404", "errors/404.html").withPage("4xx", "errors/missing.html")));
        final Response missing = get("/missing");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.text()).isEqualTo("<p>not here");
        assertThat(missing.field("Content-Type")).isEqualTo("text/html;charset=utf-8");
        final Response precondition = get("/file", "If-Match: \"x\"");
        assertThat(precondition.status()).isEqualTo(412);
        assertThat(precondition.text()).isEqualTo("412 Precondition Failed\n");
        try (Client client = new Client(server.address())) {
            assertThat(client.get("/missing").response().text()).isEqualTo("<p>not here");
            assertThat(client.get("/file").response().text()).isEqualTo("x");
            final Response head =
                    client.send("HEAD /missing HTTP/1.1\r\nHost: h\r\n\r\n").headResponse();
            assertThat(head.status()).isEqualTo(404);
            assertThat(head.contentLength()).isEqualTo("<p>not here".length());
            assertThat(client.send("POST /file HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
                            .response()
                            .field("Allow"))
                    .isEqualTo("GET, HEAD, OPTIONS");
        }
    }

    @Test
    void shouldListDirectoriesInHtmlAndInJson() throws IOException {
        TestFiles.write(directory, "dir/a&b.txt", "12345");
        TestFiles.write(directory, "dir/.hidden", "x");
        Files.createDirectories(directory.resolve("dir/sub dir"));
        Files.createSymbolicLink(directory.resolve("dir/nowhere"), Path.of("missing"));
        TestFiles.write(directory, "indexed/index.html", "index");
        serve(o -> o.withListings(true));

        final Response html = get("/dir/");
        assertThat(html.status()).isEqualTo(200);
        assertThat(html.field("Content-Type")).isEqualTo("text/html;charset=utf-8");
        assertThat(html.text())
                .contains("<a href=\"a%26b.txt\">a&amp;b.txt</a>", "<a href=\"sub%20dir/\">sub dir/</a>", "../")
                .doesNotContain("hidden", "nowhere");
        final Response json = get("/dir/", "Accept: application/json");
        assertThat(json.field("Content-Type")).isEqualTo("application/json");
        assertThat(json.text()).contains("\"name\":\"a&b.txt\"", "\"size\":5", "\"type\":\"directory\"");
        assertThat(get("/indexed/").text()).isEqualTo("index");
        assertThat(get("/missing/").status()).isEqualTo(404);
        assertThat(get("/dir").status()).isEqualTo(301);
        assertThat(get("/").text()).contains("href=\"dir/\"").doesNotContain("../");
    }

    /** RFC 9110, 12.5.1: a client that says nothing of use takes anything. */
    @ParameterizedTest
    @ValueSource(strings = {"text/html;q = 0.5", "\"x", "application/json;a = b", ",;=,", "application/json;q=x"})
    void shouldListForAClientWhoseAcceptIsNoList(String accept) throws IOException {
        Files.createFile(directory.resolve("file"));
        serve(o -> o.withListings(true));
        final Response list = get("/", "Accept: " + accept);
        assertThat(list.status()).isEqualTo(200);
        assertThat(list.field("Content-Type")).isEqualTo("text/html;charset=utf-8");
    }

    @Test
    void shouldListNoMoreThanIsBoundedOfALargeDirectory() throws IOException {
        final Path large = Files.createDirectory(directory.resolve("large"));
        for (int i = 0; i < FileListing.MOST_NAMES + 10; i++) {
            Files.createFile(large.resolve("file" + i));
        }
        serve(o -> o.withListings(true));
        final String list = get("/large/", "Accept: application/json").text();
        assertThat(list.lines().filter(line -> line.contains("\"name\""))).hasSize(FileListing.MOST_NAMES);
    }

    /** Each is held until it is sent, which its client may not let it be. */
    @Test
    void shouldListForSoManyAtATimeAndNoMore() throws IOException {
        final Path large = Files.createDirectory(directory.resolve("large"));
        for (int i = 0; i < FileListing.MOST_NAMES; i++) {
            Files.createFile(large.resolve(i + " ".repeat(230) + "x")); // more than the kernel takes at once
        }
        serve(o -> o.withListings(true));
        final List<Client> clients = new ArrayList<>();
        for (int i = 0; i < ServedFiles.MOST_LISTINGS; i++) {
            clients.add(new Client(server.address(), 4096).get("/large/"));
            assertThat(Response.readHeader(clients.get(i).in()).status()).isEqualTo(200);
        }
        assertThat(get("/large/").status()).isEqualTo(503);
        clients.get(0).disappear();
        await().until(() -> get("/large/").status() == 200);
        for (final Client client : clients) {
            client.close();
        }
    }

    @Test
    void shouldListNothingWhileItsNameLeadsNowhere() throws IOException {
        final Path served = Files.createDirectory(directory.resolve("served"));
        TestFiles.write(served, "file", "x");
        server =
                RunningServer.of(served, o -> o.withFiles(FileOptions.defaults().withListings(true)));
        assertThat(get("/").text()).contains("file");
        Files.move(served, directory.resolve("gone"));
        await().until(() -> get("/file").status() == 404);
        assertThat(get("/").status()).isEqualTo(404);
        Files.move(directory.resolve("gone"), served);
        await().until(() -> get("/").status() == 200);
    }

    @Test
    void shouldServeANameThatIsNotUtf8() throws Exception {
        final Process touch = new ProcessBuilder(
                        "sh", "-c", "cd " + directory + " && printf odd > \"$(printf '\\377\\376.bin')\"")
                .inheritIO()
                .start();
        assertThat(touch.waitFor()).isZero();
        serve(o -> o.withListings(true));
        assertThat(get("/%FF%FE.bin").text()).isEqualTo("odd");
        assertThat(get("/").text()).contains("href=\"%FF%FE.bin\"");
        assertThat(get("/%FF.bin").status()).isEqualTo(404);
    }
}
