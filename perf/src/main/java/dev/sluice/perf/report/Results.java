// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.report;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A directory with results: one JSON file per scenario, and the text and plots made from it. */
public final class Results {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final String SUFFIX = ".json";

    private Results() {}

    /**
     * Writes a result as JSON, text and plots; replaces what is there of the same scenario.
     *
     * @param result the result
     * @param directory made where it does not exist
     * @return the text
     * @throws IOException if a file cannot be written
     */
    public static String write(Result result, Path directory) throws IOException {
        Files.createDirectories(directory);
        JSON.writeValue(directory.resolve(result.scenario() + SUFFIX).toFile(), result);
        return render(result, directory);
    }

    /**
     * Makes text and plots again from every JSON file of a directory.
     *
     * @param directory where {@link #write} wrote
     * @return the texts
     * @throws IOException if there is no result, or one cannot be read
     */
    public static List<String> renderAll(Path directory) throws IOException {
        final List<Path> files;
        try (Stream<Path> entries = Files.list(directory)) {
            files = entries.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
        if (files.isEmpty()) {
            throw new IOException("no result (*" + SUFFIX + ") in " + directory);
        }
        final List<String> texts = new ArrayList<>();
        for (Path file : files) {
            texts.add(render(read(file), directory));
        }
        return texts;
    }

    /**
     * Reads one result.
     *
     * @param file a JSON file that {@link #write} wrote
     * @return the result
     * @throws IOException if it cannot be read
     */
    public static Result read(Path file) throws IOException {
        return JSON.readValue(file.toFile(), Result.class);
    }

    private static String render(Result result, Path directory) throws IOException {
        final String text = TextReport.render(result);
        Files.writeString(directory.resolve(result.scenario() + ".txt"), text);
        for (Curve curve : result.curves()) {
            Plots.draw(curve, directory.resolve(result.scenario() + "-" + curve.name() + ".png"));
        }
        return text;
    }
}
