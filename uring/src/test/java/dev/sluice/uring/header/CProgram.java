// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.header;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Values the installed C headers give, printed by a program that is compiled for the question. */
public final class CProgram {

    private final StringBuilder body = new StringBuilder();
    private final List<String> libraries = new ArrayList<>();
    private final String includes;

    public CProgram(String... headers) {
        final StringBuilder lines = new StringBuilder("#define _GNU_SOURCE\n");
        for (final String header : headers) {
            lines.append("#include <").append(header).append(">\n");
        }
        includes = lines.toString();
    }

    /** Links with a library. */
    public void link(String library) {
        libraries.add("-l" + library);
    }

    /** Asks for the value of an expression that these headers must have. */
    public void ask(String key, String expression) {
        body.append("  printf(\"%s %lld\\n\", \"")
                .append(key)
                .append("\", (long long) (")
                .append(expression)
                .append("));\n");
    }

    /** Asks for a value the headers may be too old to have: it is then missing from the answer. */
    public void askIf(String condition, String key, String expression) {
        body.append("#if ").append(condition).append('\n');
        ask(key, expression);
        body.append("#endif\n");
    }

    /** Compiles and runs; skips the test, saying why, where there is no compiler or a header is not installed. */
    public Map<String, Long> run(Path folder) throws IOException, InterruptedException {
        final Path source = folder.resolve("ask.c");
        Files.writeString(
                source,
                includes + "#include <stddef.h>\n#include <stdio.h>\nint main(void) {\n" + body + "  return 0;\n}\n");
        for (final String line : includes.lines().toList()) {
            if (line.startsWith("#include")) {
                Files.writeString(folder.resolve("header.c"), "#define _GNU_SOURCE\n" + line + "\n");
                final Output header = execute(folder, "gcc", "-fsyntax-only", "header.c");
                Assumptions.assumeTrue(header.exit == 0, () -> "not installed: " + line + ": " + header.text);
            }
        }
        final List<String> compile = new ArrayList<>(List.of("gcc", "-o", "ask", "ask.c"));
        compile.addAll(libraries);
        final Output compiled = execute(folder, compile.toArray(new String[0]));
        if (compiled.exit != 0) {
            throw new AssertionError("the headers lack something the code relies on:\n" + compiled.text);
        }
        final Map<String, Long> answers = new TreeMap<>();
        execute(folder, "./ask")
                .text
                .lines()
                .map(line -> line.split(" "))
                .forEach(pair -> answers.put(pair[0], Long.valueOf(pair[1])));
        return answers;
    }

    /** Compiles a shared library; skips the test, saying why, where there is no compiler. */
    public static void library(Path folder, Path library, String source) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("library.c"), source);
        final Output compiled = execute(folder, "gcc", "-shared", "-fPIC", "-o", library.toString(), "library.c");
        if (compiled.exit != 0) {
            throw new AssertionError(compiled.text);
        }
    }

    private record Output(int exit, String text) {}

    private static Output execute(Path folder, String... command) throws IOException, InterruptedException {
        final Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            Assumptions.abort("cannot run " + List.of(command) + ": " + e);
            throw e;
        }
        final String text =
                new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError(List.of(command) + " did not end within 60 s");
        }
        return new Output(process.exitValue(), text);
    }
}
