package dev.sluice.samples;

import dev.sluice.samples.http.FileServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prints the server's counters for each line {@code counters} on the standard input, until that ends. */
final class CountersOnRequest {
    private static final Logger LOG = LoggerFactory.getLogger(CountersOnRequest.class);

    private CountersOnRequest() {}

    static void start(FileServer server, Consumer<String> printer) {
        final Thread reader = new Thread(() -> answer(server, printer), "counters-on-request");
        reader.setDaemon(true);
        reader.start();
    }

    private static void answer(FileServer server, Consumer<String> printer) {
        final BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
        try {
            String line;
            while ((line = lines.readLine()) != null) {
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
}
