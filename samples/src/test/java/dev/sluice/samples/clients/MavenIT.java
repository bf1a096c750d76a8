// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.samples.files.TestFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A remote repository of Maven. Parents and extensions are looked for by Maven itself, before any plugin is. */
class MavenIT {
    private static final int LARGE_BYTES = 700_000;
    private static final String GROUP = "com/example/served/";

    @TempDir
    Path folder;

    private Path www;

    private static String pom(String artifact, String rest) {
        return "<project><modelVersion>4.0.0</modelVersion><groupId>com.example.served</groupId><artifactId>" + artifact
                + "</artifactId><version>1.0</version>" + rest + "</project>";
    }

    private void put(String path, String text) throws Exception {
        addHash(TestFiles.write(www, GROUP + path, text));
    }

    private static void addHash(Path file) throws Exception {
        final byte[] hash = MessageDigest.getInstance("SHA-1").digest(Files.readAllBytes(file));
        Files.writeString(Path.of(file + ".sha1"), HexFormat.of().formatHex(hash));
    }

    private Path makeRepository() throws Exception {
        www = Files.createDirectory(folder.resolve("www"));
        put("parent/1.0/parent-1.0.pom", pom("parent", "<packaging>pom</packaging>"));
        put(
                "parent/maven-metadata.xml",
                "<metadata><groupId>com.example.served</groupId><artifactId>parent</artifactId><versioning><versions>"
                        + "<version>1.0</version></versions></versioning></metadata>");
        put("extension/1.0/extension-1.0.pom", pom("extension", ""));
        final Path jar = www.resolve(GROUP + "extension/1.0/extension-1.0.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out)) {
            entries.putNextEntry(new JarEntry("data"));
            entries.write(TestFiles.random(LARGE_BYTES));
            entries.closeEntry();
        }
        addHash(jar);
        return jar;
    }

    private static void makeProject(Path work, TappedServer server) throws IOException {
        TestFiles.write(
                work,
                "settings.xml",
                "<settings><mirrors><mirror><id>served</id><mirrorOf>*</mirrorOf><url>" + server.url("/")
                        + "</url></mirror></mirrors></settings>");
        TestFiles.write(
                work,
                "pom.xml",
                "<project><modelVersion>4.0.0</modelVersion><parent><groupId>com.example.served</groupId>"
                        + "<artifactId>parent</artifactId><version>[1,2)</version><relativePath/></parent>"
                        + "<artifactId>project</artifactId><version>1</version><packaging>pom</packaging>"
                        + "<build><extensions><extension><groupId>com.example.served</groupId>"
                        + "<artifactId>extension</artifactId><version>1.0</version></extension></extensions></build></project>");
    }

    @Test
    void shouldGiveParentsAndExtensions() throws Exception {
        final Path work = folder.resolve("work");
        final Tool maven = Tool.needed("mvn", work).with("JAVA_HOME", System.getProperty("java.home"));
        final Path jar = makeRepository();
        try (TappedServer server = TappedServer.of(www)) {
            makeProject(work, server);
            maven.run(
                    "-B",
                    "--strict-checksums",
                    "-s",
                    "settings.xml",
                    "-gs",
                    "settings.xml",
                    "-Dmaven.repo.local=" + work.resolve("local"),
                    "validate");
            assertThat(work.resolve("local/" + GROUP + "extension/1.0/extension-1.0.jar"))
                    .hasSameBinaryContentAs(jar);
            assertThat(server.exchanges())
                    .allSatisfy(exchange ->
                            assertThat(exchange.status()).as(exchange.head()).isEqualTo(200));
        }
    }
}
