// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.guide;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * The README of a module, whose Java is compiled as a reader would: with the exported packages imported, and the names of {@link Given}. Each
 * snippet becomes the body of a method, at the lines that it has in the README, so that the compiler's words name these.
 */
final class Guide {
    private static final String IMPORTS = imports(
            "dev.sluice.uring.*",
            "dev.sluice.uring.call.*",
            "dev.sluice.uring.emulated.*",
            "dev.sluice.uring.kernel.*",
            "dev.sluice.uring.linux.*",
            "dev.sluice.uring.memory.*",
            "dev.sluice.uring.simulated.*",
            "dev.sluice.containers.*",
            "dev.sluice.events.*",
            "dev.sluice.aio.*",
            "dev.sluice.aio.protocol.*",
            "java.io.IOException",
            "java.net.InetSocketAddress",
            "java.nio.ByteBuffer",
            "java.nio.charset.StandardCharsets",
            "java.nio.file.Path",
            "java.util.ArrayList",
            "java.util.List",
            "java.util.concurrent.TimeUnit",
            "java.util.SplittableRandom");

    private final Path file;
    private final List<Snippet> snippets = new ArrayList<>();

    /** What stands below a heading, from a line on, counted from 1. */
    private record Snippet(String heading, int line, String code) {
        String className() {
            return "Line" + line;
        }

        String source() {
            return "package dev.sluice.aio.guide; " + IMPORTS + " public final class " + className() + " extends "
                    + Given.class.getName() + " { @Override public void run() throws Exception {"
                    + "\n".repeat(line - 1)
                    + code + "}}";
        }
    }

    private Guide(Path file) throws IOException {
        this.file = file;
        read(Files.readAllLines(file));
    }

    /** That of a module, beside the one that the test runs in. */
    static Guide of(String module) throws IOException {
        return new Guide(Path.of("..", module, "README.md"));
    }

    private static String imports(String... names) {
        return "import " + String.join("; import ", names) + ";";
    }

    private void read(List<String> lines) {
        String heading = "";
        StringBuilder code = null;
        int first = 0;
        for (int i = 0; i < lines.size(); i++) {
            final String line = lines.get(i);
            if (code == null && line.startsWith("#")) {
                heading = line.replaceFirst("#+ ", "");
            } else if (code == null && line.equals("```java")) {
                code = new StringBuilder();
                first = i + 2;
            } else if (code != null && line.equals("```")) {
                snippets.add(new Snippet(heading, first, code.toString()));
                code = null;
            } else if (code != null) {
                code.append(line).append('\n');
            }
        }
        if (code != null) {
            throw new IllegalStateException(file + ": the snippet of line " + first + " has no end");
        }
    }

    int count() {
        return snippets.size();
    }

    /** Compiles everything into a folder; returns what the compiler has against it, by the lines of the README. */
    List<String> compile(Path classes) {
        final DiagnosticCollector<JavaFileObject> told = new DiagnosticCollector<>();
        final List<String> options = List.of(
                "--release",
                "17",
                "-proc:none",
                "-Xlint:deprecation",
                "-Werror",
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("java.class.path"));
        ToolProvider.getSystemJavaCompiler()
                .getTask(
                        null,
                        null,
                        told,
                        options,
                        null,
                        snippets.stream().map(Source::new).toList())
                .call();
        return told.getDiagnostics().stream().map(this::told).toList();
    }

    private String told(Diagnostic<? extends JavaFileObject> diagnostic) {
        return file.normalize() + ":" + diagnostic.getLineNumber() + ": " + diagnostic.getMessage(Locale.ROOT);
    }

    /** What was compiled into {@code classes} of the first snippet below a heading, not run yet. */
    Given program(String heading, Path classes) throws ReflectiveOperationException, IOException {
        final Snippet snippet = snippets.stream()
                .filter(candidate -> candidate.heading().equals(heading))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(file + " has no snippet below " + heading));
        final URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()}, Given.class.getClassLoader());
        return (Given) loader.loadClass("dev.sluice.aio.guide." + snippet.className())
                .getConstructor()
                .newInstance();
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String code;

        Source(Snippet snippet) {
            super(URI.create("string:///" + snippet.className() + ".java"), Kind.SOURCE);
            code = snippet.source();
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return code;
        }
    }
}
