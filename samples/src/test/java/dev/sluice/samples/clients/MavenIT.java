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
    private static final String GROUP = "com.example";

    @TempDir
    Path folder;

    private Path www;

    private void put(String group, String artifact, String version, String packaging) throws Exception {
        final String name = group.replace('.', '/') + "/" + artifact + "/" + version + "/" + artifact + "-" + version;
        addHash(TestFiles.write(
                www,
                name + ".pom",
                "<project><modelVersion>4.0.0</modelVersion><groupId>" + group + "</groupId><artifactId>" + artifact
                        + "</artifactId><version>" + version + "</version><packaging>" + packaging
                        + "</packaging></project>"));
        if (packaging.equals("jar")) {
            final Path jar = www.resolve(name + ".jar");
            try (OutputStream out = Files.newOutputStream(jar);
                    JarOutputStream entries = new JarOutputStream(out)) {
                entries.putNextEntry(new JarEntry("data"));
                entries.write(TestFiles.random(LARGE_BYTES));
                entries.closeEntry();
            }
            addHash(jar);
        }
    }

    private static void addHash(Path file) throws Exception {
        final byte[] hash = MessageDigest.getInstance("SHA-1").digest(Files.readAllBytes(file));
        Files.writeString(Path.of(file + ".sha1"), HexFormat.of().formatHex(hash));
    }

    private void makeRepository() throws Exception {
        www = Files.createDirectory(folder.resolve("www"));
        put(GROUP, "parent", "1.0", "pom");
        addHash(TestFiles.write(
                www,
                "com/example/parent/maven-metadata.xml",
                "<metadata><groupId>" + GROUP + "</groupId><artifactId>parent</artifactId><versioning><versions>"
                        + "<version>1.0</version></versions></versioning></metadata>"));
        put(GROUP, "extension", "1.0", "jar");
        put("org.codehaus.plexus", "plexus-utils", "1.1", "jar"); // Maven before 3.9 adds it to what has it not
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
                "<project><modelVersion>4.0.0</modelVersion><parent><groupId>com.example</groupId>"
                        + "<artifactId>parent</artifactId><version>[1,2)</version><relativePath/></parent>"
                        + "<artifactId>project</artifactId><version>1</version><packaging>pom</packaging>"
                        + "<build><extensions><extension><groupId>com.example</groupId>"
                        + "<artifactId>extension</artifactId><version>1.0</version></extension></extensions></build></project>");
    }

    @Test
    void shouldGiveParentsAndExtensions() throws Exception {
        final Path work = folder.resolve("work");
        final Tool maven = Tool.needed("mvn", work).with("JAVA_HOME", System.getProperty("java.home"));
        makeRepository();
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
            final String jar = "com/example/extension/1.0/extension-1.0.jar";
            assertThat(work.resolve("local").resolve(jar)).hasSameBinaryContentAs(www.resolve(jar));
            assertThat(server.exchanges())
                    .allSatisfy(exchange ->
                            assertThat(exchange.status()).as(exchange.head()).isEqualTo(200));
        }
    }
}
