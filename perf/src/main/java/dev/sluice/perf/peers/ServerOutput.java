// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** Drains what a server prints into a file, so that it never waits for a full pipe, and picks its counters out. */
final class ServerOutput {
    static final String COUNTERS = "counters ";
    private static final int KEPT_LINES = 40;
    private static final long ANSWER_TIMEOUT_S = 20;

    private final Deque<String> lastLines = new ArrayDeque<>();
    private final BlockingQueue<String> counters = new ArrayBlockingQueue<>(KEPT_LINES);
    private final Thread thread;
    private volatile IOException failure;

    private ServerOutput(Process process, Path file) {
        this.thread = new Thread(() -> copy(process, file), "server-output");
        thread.setDaemon(true);
    }

    static ServerOutput drain(Process process, Path file) {
        final ServerOutput output = new ServerOutput(process, file);
        output.thread.start();
        return output;
    }

    private void copy(Process process, Path file) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
                Writer copy = Files.newBufferedWriter(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                copy.append(line).append('\n').flush();
                keep(line);
                if (line.startsWith(COUNTERS) && !counters.offer(line)) {
                    throw new IOException("counters that nobody asked for: " + line);
                }
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    private synchronized void keep(String line) {
        if (lastLines.size() == KEPT_LINES) {
            lastLines.removeFirst();
        }
        lastLines.addLast(line);
    }

    synchronized String lastLines() {
        return String.join("\n", lastLines);
    }

    void expectCounters() {
        counters.clear();
    }

    Map<String, Long> awaitCounters() throws IOException {
        try {
            final String line = counters.poll(ANSWER_TIMEOUT_S, TimeUnit.SECONDS);
            if (line == null) {
                throwFailure();
                throw new IOException("no counters within " + ANSWER_TIMEOUT_S + " s; last output:\n" + lastLines());
            }
            return parse(line);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for counters", e);
        }
    }

    /** Values that are no whole numbers (a ring's name, a share) are left out. */
    static Map<String, Long> parse(String line) {
        final Map<String, Long> values = new LinkedHashMap<>();
        for (String pair : line.substring(COUNTERS.length()).strip().split("\\s+", -1)) {
            final int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(equals + 1).matches("-?\\d{1,18}")) {
                values.put(pair.substring(0, equals), Long.valueOf(pair.substring(equals + 1)));
            }
        }
        return values;
    }

    /** Returns when the server has closed its output and all of it is in the file. */
    void awaitEnd() throws IOException {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(ANSWER_TIMEOUT_S));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading the server's last output", e);
        }
        if (thread.isAlive()) {
            throw new IOException("the server has ended, but something else still holds its output open");
        }
        throwFailure();
    }

    private void throwFailure() throws IOException {
        if (failure != null) {
            throw new IOException("the server's output could not be read or written down", failure);
        }
    }
}
