package dev.sluice.perf.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The just-in-time compiler of a JVM that is measured on one CPU. It has done its work when the warm-up ends; what it
 * compiles once more after that would take half the CPU, for a tenth of a second at a time, from the one thread that is
 * measured. From then on it gets what that thread leaves.
 */
public final class CompilerThreads {
    private static final String LOWEST = "19";

    private CompilerThreads() {}

    /**
     * Gives the compiler threads of a process the lowest priority. Does nothing to a process that has none.
     *
     * @param pid the process
     * @throws IOException if its threads cannot be read, or renice fails
     */
    public static void postpone(long pid) throws IOException {
        final List<String> command = new ArrayList<>(List.of(Commands.require("renice"), "-n", LOWEST, "-p"));
        final int options = command.size();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads) {
                if (isOne(thread)) {
                    command.add(thread.getFileName().toString());
                }
            }
        }
        if (command.size() > options) {
            Commands.run(command.toArray(new String[0]));
        }
    }

    /** Tells by its directory below /proc whether a thread is one. */
    static boolean isOne(Path thread) throws IOException {
        final String name = Files.readString(thread.resolve("comm"));
        return name.startsWith("C1 Compiler") || name.startsWith("C2 Compiler");
    }
}
