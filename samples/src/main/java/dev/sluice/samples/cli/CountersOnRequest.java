// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import dev.sluice.samples.files.FileServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
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

    private CountersOnRequest() {}

    static void start(FileServer server, Consumer<String> printer) {
        final Thread reader = new Thread(() -> answer(server, printer), "counters-on-request");
        reader.setDaemon(true);
        reader.start();
    }

    private static void answer(FileServer server, Consumer<String> printer) {
        final BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
        try {
            final boolean terminal = Terminal.isStandardInput();
            String line;
            while ((line = nextLine(lines, terminal)) != null) {
                if (line.strip().equals("counters")) {
                    printer.accept(server.counters().get());
                }
            }
        } catch (IOException | ExecutionException e) {
            LOG.warn("no more counters on request", e);
        } catch (CancellationException e) {
            // The server has ended, and printed its counters.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A read that waits could be stopped with the whole process, when that goes to the background: see what is there first. */
    private static String nextLine(BufferedReader lines, boolean terminal) throws IOException, InterruptedException {
        while (terminal && !(Terminal.isOurs() && lines.ready())) {
            Thread.sleep(TERMINAL_LOOK_MS);
        }
        return lines.readLine();
    }
}
