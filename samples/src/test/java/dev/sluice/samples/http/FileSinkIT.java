// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.OpenOptions;
import dev.sluice.aio.RootDirectory;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.linux.OpenFlags;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that are written into files and pipes as they come. */
@Timeout(60)
class FileSinkIT {
    @TempDir
    private Path directory;

    private final CompletableFuture<String> outcome = new CompletableFuture<>();
    private RunningLoop server;
    private RootDirectory root;

    @AfterEach
    void stop() throws IOException {
        server.close();
        root.close();
    }

    private void serve(OpenOptions options) throws Exception {
        root = RootDirectory.open(directory);
        server = new RunningLoop(HttpTimeouts.USUAL, RunningLoop.wanting(exchange -> {
            final String name = exchange.request().target().substring(1);
            final AsyncFile file = exchange.io().newFile();
            exchange.operations().start(a -> file.open(root, name, options, exchange.container(), a), event -> {
                if (event.failed()) {
                    PlainText.say(exchange, 403);
                } else {
                    put(exchange, file);
                }
            });
        }));
    }

    private void put(Exchange exchange, AsyncFile file) {
        new FileSink(exchange, file, 0L, why -> {
                    file.discard();
                    outcome.complete(why == null ? "written" : why);
                    if (!exchange.isOver()) {
                        PlainText.say(exchange, why == null ? 201 : 507);
                    }
                })
                .take(exchange.requestBody());
    }

    private static byte[] content(int lengthBytes) {
        final byte[] content = new byte[lengthBytes];
        new Random(lengthBytes).nextBytes(content);
        return content;
    }

    private static byte[] head(String name, int lengthBytes) {
        return ("PUT /" + name + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + lengthBytes + "\r\n\r\n")
                .getBytes(ISO_8859_1);
    }

    private String put(String name, byte[] content) throws IOException {
        try (Socket socket = server.connect()) {
            socket.getOutputStream().write(head(name, content.length));
            socket.getOutputStream().write(content);
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    /** Does not wait for who writes, and who comes to write is not refused. */
    static InputStream reading(Path pipe) throws IOException {
        try (RandomAccessFile bothEnds = new RandomAccessFile(pipe.toFile(), "rw")) {
            assertThat(bothEnds.getFD().valid()).isTrue();
            return new FileInputStream(pipe.toFile());
        }
    }

    @Test
    void shouldWriteABodyIntoAFile() throws Exception {
        serve(OpenOptions.createEmpty(0644));
        final byte[] content = content(20_000_000);

        assertThat(put("file", content)).startsWith("HTTP/1.1 201 ");
        assertThat(directory.resolve("file")).hasBinaryContent(content);
    }

    @Test
    void shouldWriteABodyIntoAPipeAsThatTakesIt() throws Exception {
        final Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        serve(new OpenOptions(OpenFlags.O_WRONLY, 0, 0L));
        final byte[] content = content(3_000_000);
        final RandomAccessFile bothEnds =
                new RandomAccessFile(pipe.toFile(), "rw"); // or who opens one first is refused
        final CompletableFuture<byte[]> taken = CompletableFuture.supplyAsync(() -> {
            try (InputStream in = Files.newInputStream(pipe)) {
                return in.readAllBytes();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });

        assertThat(put("pipe", content)).startsWith("HTTP/1.1 201 ");
        bothEnds.close();
        assertThat(taken.get(20, TimeUnit.SECONDS)).isEqualTo(content);
    }

    @Test
    void shouldTellWhatCannotBeWritten() throws Exception {
        Files.write(directory.resolve("file"), content(10));
        serve(OpenOptions.READ);

        assertThat(put("file", content(1_000))).startsWith("HTTP/1.1 507 ");
        assertThat(outcome.get(20, TimeUnit.SECONDS)).contains("EBADF");
    }

    /** Its pipe is full and nobody reads: what waits there must not keep what the client had. */
    @Test
    void shouldEndWithItsClientAlsoWhenThePipeTakesNothing() throws Exception {
        final Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        serve(new OpenOptions(OpenFlags.O_WRONLY, 0, 0L));
        try (InputStream reader = reading(pipe)) {
            try (Socket socket = server.connect()) {
                socket.getOutputStream().write(head("pipe", 10_000_000));
                socket.getOutputStream().write(content(200_000));
                final AtomicInteger before = new AtomicInteger(-1);
                await().during(Duration.ofMillis(300))
                        .until(
                                () -> { // it is full: takes as much of such pieces as its pages can hold
                                    final int now = reader.available();
                                    return before.getAndSet(now) == now && now > 0;
                                });
                socket.setSoLinger(true, 0);
            }
            assertThat(outcome.get(20, TimeUnit.SECONDS)).isEqualTo("the request is answered, or the client has gone");
        }
    }

    /** Also of a body that is not the request's, which somebody may wait to be asked for. */
    @Test
    void shouldWriteNothingForARequestThatIsAnswered() throws Exception {
        Files.write(directory.resolve("file"), content(10));
        root = RootDirectory.open(directory);
        final CompletableFuture<TestBody> given = new CompletableFuture<>();
        server = new RunningLoop(HttpTimeouts.USUAL, RunningLoop.wanting(exchange -> {
            PlainText.say(exchange, 200);
            final TestBody body = new TestBody(exchange.io().arena(), 100, 1, Body.UNKNOWN_BYTES);
            new FileSink(exchange, exchange.io().newFile(), 0L, outcome::complete).take(body);
            given.complete(body);
        }));
        assertThat(server.ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n")).startsWith("HTTP/1.1 200 OK");
        assertThat(outcome.get(20, TimeUnit.SECONDS)).isEqualTo("the request is answered, or the client has gone");
        assertThat(given.get(20, TimeUnit.SECONDS).pulled).hasValue(0);
        assertThat(given.join().aborted).hasValue(1);
        assertThat(server.failures).isEmpty();
    }

    /** An exchange may have a container of its own: what is done for it is charged there, within its limits. */
    @Test
    void shouldChargeTheContainerOfTheExchange() throws Exception {
        Files.write(directory.resolve("file"), content(100_000));
        root = RootDirectory.open(directory);
        final CompletableFuture<ResourceContainer> uploads = new CompletableFuture<>();
        server = new RunningLoop(HttpTimeouts.USUAL, own -> exchange -> {
            final ResourceContainer charged = exchange.container().child("download", 40);
            uploads.complete(charged);
            exchange.chargeTo(charged);
            final AsyncFile file = exchange.io().newFile();
            exchange.operations().start(a -> file.open(root, "file", OpenOptions.READ, charged, a), event -> {
                exchange.headWithoutLength(200, new NoFields());
                exchange.body(file, 0L, 100_000L, file::discard, null);
                exchange.done();
            });
        });
        assertThat(server.ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n")).startsWith("HTTP/1.1 200 OK");
        final ResourceContainer charged = uploads.get(20, TimeUnit.SECONDS);
        final CompletableFuture<Long> readBytes = new CompletableFuture<>();
        server.later(() -> readBytes.complete(charged.usage().diskBytes()));
        assertThat(readBytes.get(20, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(100_000L);
        assertThat(charged.inUse(Resource.BUFFER_BYTES)).isZero();
    }
}
