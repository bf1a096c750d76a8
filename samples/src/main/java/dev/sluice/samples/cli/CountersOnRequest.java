// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import dev.sluice.samples.files.FileServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prints the server's counters for each line {@code counters} on the standard input, until that ends; of a terminal
 * only while this process is in its foreground.
 */
final class CountersOnRequest {
    private static final Logger LOG = LoggerFactory.getLogger(CountersOnRequest.class);

    /** How often a terminal is looked at; no other kind of input is. A shell tells nobody whom it has brought to its foreground. */
    private static final long TERMINAL_LOOK_MS = 300L;

    private final FileServer server;
    private final Consumer<String> printer;
    private final BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    private final ScheduledExecutorService reader;

    private CountersOnRequest(FileServer server, Consumer<String> printer) {
        this.server = server;
        this.printer = printer;
        reader = Executors.newSingleThreadScheduledExecutor(task -> {
            final Thread thread = new Thread(task, "counters-on-request");
            thread.setDaemon(true);
            return thread;
        });
    }

    static void start(FileServer server, Consumer<String> printer) {
        final CountersOnRequest requests = new CountersOnRequest(server, printer);
        requests.reader.execute(requests::begin);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // answer() lets nothing out
    private void begin() {
        try {
            if (Terminal.isStandardInput()) {
                reader.scheduleWithFixedDelay(() -> answer(true), 0L, TERMINAL_LOOK_MS, TimeUnit.MILLISECONDS);
            } else {
                answer(false);
            }
        } catch (IOException e) {
            giveUp(e);
        }
    }

    private void giveUp(Exception failure) {
        LOG.warn("no more counters on request", failure);
        reader.shutdown();
    }

    /** Answers the lines there are, or will be. A read that waits could be stopped with the whole process, when a terminal's goes to the background. */
    private void answer(boolean terminal) {
        try {
            while (!terminal || (Terminal.isOurs() && lines.ready())) {
                final String line = lines.readLine();
                if (line == null) {
                    reader.shutdown();
                    return;
                }
                if (line.strip().equals("counters")) {
                    printer.accept(server.counters().get());
                }
            }
        } catch (CancellationException e) {
            reader.shutdown(); // the server has ended, and printed its counters
        } catch (IOException | ExecutionException | RuntimeException e) {
            giveUp(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
