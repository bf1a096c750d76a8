// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.uring.call.Descriptors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server in a control group with little memory, while more clients than it has buffers for read a large file slowly. */
class MemoryLimitIT {
    private static final Path GROUPS = Path.of("/sys/fs/cgroup/memory");
    private static final int LARGE_BYTES = 16 << 20;

    @TempDir
    Path directory;

    private final Path group =
            GROUPS.resolve("sluice-serve-" + ProcessHandle.current().pid());
    private final List<SocketChannel> readers = new ArrayList<>();
    private Process process;

    @BeforeEach
    void makeFiles() throws IOException {
        assumeTrue(
                Files.isWritable(GROUPS.resolve("cgroup.procs")),
                "needs root and the v1 memory controller at " + GROUPS);
        Files.writeString(directory.resolve("small"), "content");
        Files.write(directory.resolve("large"), new byte[LARGE_BYTES]);
        Files.createDirectory(group);
    }

    @AfterEach
    void end() throws Exception {
        for (final SocketChannel reader : readers) {
            reader.close();
        }
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
        if (Files.exists(group)) {
            await().until(() -> Files.readString(group.resolve("cgroup.procs")).isEmpty());
            Files.delete(group);
        }
    }

    /** Returns the port. */
    private int serveWithin(int mebibytes, String... options) throws IOException {
        startWithin(mebibytes, options);
        return ServeProcess.port(process, directory.resolve("log"));
    }

    private void startWithin(int mebibytes, String... options) throws IOException {
        Files.writeString(group.resolve("memory.limit_in_bytes"), mebibytes + "M");
        final List<String> command =
                new ArrayList<>(List.of("sh", "-c", "echo $$ > \"$0/cgroup.procs\" && exec \"$@\"", group.toString()));
        command.addAll(ServeProcess.command(directory, options));
        process = new ProcessBuilder(command)
                .redirectError(directory.resolve("log").toFile())
                .start();
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("log"));
    }

    private long killed() throws IOException {
        return Files.readAllLines(group.resolve("memory.oom_control")).stream()
                .filter(line -> line.startsWith("oom_kill "))
                .mapToLong(line -> Long.parseLong(line.substring("oom_kill ".length())))
                .sum();
    }

    private long usedBytes() throws IOException {
        return Long.parseLong(
                Files.readString(group.resolve("memory.usage_in_bytes")).strip());
    }

    @ParameterizedTest(name = "{1} readers within {0} MiB")
    @CsvSource({"96, 400", "256, 1600"})
    void shouldLiveThroughMoreSlowReadersThanThereIsMemoryFor(int mebibytes, int count) throws Exception {
        assumeTrue(Descriptors.raiseOpenFilesLimit() > count + 200L, "needs a higher limit of open files");
        final int port = serveWithin(mebibytes);
        final ByteBuffer request = US_ASCII.encode("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
        for (int i = 0; i < count; i++) {
            final SocketChannel reader = SocketChannel.open();
            readers.add(reader);
            reader.socket().setReceiveBufferSize(4_096);
            reader.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            reader.write(request.duplicate());
            reader.configureBlocking(false);
        }
        // It takes what it is going to take, and keeps it: nobody reads more than a little.
        final ByteBuffer little = ByteBuffer.allocate(512);
        await().atMost(Duration.ofSeconds(60))
                .during(Duration.ofSeconds(2))
                .failFast("killed for want of memory", () -> !process.isAlive())
                .until(() -> {
                    final long before = usedBytes();
                    for (final SocketChannel reader : readers) {
                        reader.read(little.clear());
                    }
                    return usedBytes() - before < 1 << 20;
                });

        assertThat(killed()).isZero();
        for (final SocketChannel reader : readers) {
            reader.close();
        }
        assertThat(get(port, "/small")).endsWith("content");
        assertThat(process.isAlive()).isTrue();
        assertThat(log()).contains("buffers of a queue have at most " + mebibytes * 128 + " KiB");
    }

    @Test
    void shouldTakeTheBoundThatItIsGiven() throws Exception {
        final int port = serveWithin(256, "--buffer-memory", "8M");

        assertThat(get(port, "/small")).endsWith("content");
        assertThat(log()).doesNotContain("buffers of a queue");
    }

    @Test
    void shouldRefuseMoreThanTheGroupMayHave() throws Exception {
        startWithin(128, "--buffer-memory", "129M");

        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(log())
                .contains("--buffer-memory: arenaBytes must be at most 134217728, which ")
                .contains("memory.limit_in_bytes allows: arenaBytes=135266304");
    }

    private static String get(int port, String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }
}
