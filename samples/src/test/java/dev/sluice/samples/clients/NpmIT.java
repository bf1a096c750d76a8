// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.samples.files.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry of JavaScript packages: a file of metadata for each, and the archives. */
class NpmIT {
    private static final int LARGE_BYTES = 300_000;

    @TempDir
    Path folder;

    private Path www;
    private Path work;

    private Tool npm(Path directory) throws IOException {
        return Tool.needed("npm", directory)
                .with("HOME", work.toString())
                .with("npm_config_cache", work.resolve("cache").toString())
                .with("npm_config_audit", "false")
                .with("npm_config_fund", "false")
                .with("npm_config_update_notifier", "false");
    }

    private void makePackage(TappedServer server, String name, String dependencies) throws Exception {
        final Path source = folder.resolve("source").resolve(name);
        final String manifest =
                "{\"name\": \"" + name + "\", \"version\": \"1.0.0\", \"dependencies\": {" + dependencies + "}";
        TestFiles.write(source, "package.json", manifest + "}");
        TestFiles.writeRandom(source, "data", LARGE_BYTES);
        Files.createDirectories(www.resolve("archives"));
        npm(source).run("pack", "--silent", "--pack-destination", www.resolve("archives"));
        final String archive = name + "-1.0.0.tgz";
        final byte[] hash = MessageDigest.getInstance("SHA-512")
                .digest(Files.readAllBytes(www.resolve("archives").resolve(archive)));
        TestFiles.write(
                www,
                name,
                "{\"name\": \"" + name + "\", \"dist-tags\": {\"latest\": \"1.0.0\"}, \"versions\": {\"1.0.0\": "
                        + manifest
                        + ", \"dist\": {\"tarball\": \"" + server.url("/archives/" + archive)
                        + "\", \"integrity\": \"sha512-" + Base64.getEncoder().encodeToString(hash) + "\"}}}}");
    }

    @Test
    void shouldGiveAPackageAndWhatItDependsOn() throws Exception {
        www = Files.createDirectory(folder.resolve("www"));
        work = Files.createDirectory(folder.resolve("work"));
        try (TappedServer server = TappedServer.of(www)) {
            makePackage(server, "first", "\"second\": \"^1.0.0\"");
            makePackage(server, "second", "");
            final Path project = work.resolve("project");
            TestFiles.write(project, "package.json", "{\"dependencies\": {\"first\": \"^1.0.0\"}}");
            final Tool npm = npm(project).with("npm_config_registry", server.url("/"));

            npm.run("install");
            assertInstalled(project);

            npm.run("view", "--prefer-online", "first", "version");
            assertThat(server.exchanges("/first"))
                    .extracting(Exchange::status)
                    .as("what it has, it asks for by its tag")
                    .endsWith(304);
        }
    }

    private void assertInstalled(Path project) {
        for (final String name : new String[] {"first", "second"}) {
            assertThat(project.resolve("node_modules").resolve(name).resolve("data"))
                    .hasSameBinaryContentAs(
                            folder.resolve("source").resolve(name).resolve("data"));
        }
    }
}
