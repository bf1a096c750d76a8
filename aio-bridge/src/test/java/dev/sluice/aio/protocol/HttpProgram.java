// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.RootDirectory;
import dev.sluice.containers.Priority;
import dev.sluice.uring.call.Descriptors;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.LineNumberReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A server in a process of its own, which has descriptors of its own: of {@link MiniHttp}, until SIGTERM. */
final class HttpProgram implements AutoCloseable {
    private static final int MOST_CONNECTIONS = 20_000;
    private static final long DESCRIPTORS_OF_THE_JVM = 100L;

    /** Open at a time, at least. */
    private static final int FILES = 16;

    private final Process process;
    private final LineNumberReader out;
    final int port;

    /** {@code descriptors}: its limit, 0 for what there may be; {@code bounded} if the server is told of it. */
    HttpProgram(Path directory, int descriptors, boolean bounded) throws IOException {
        final List<String> command = new ArrayList<>();
        if (descriptors > 0) {
            command.addAll(List.of("sh", "-c", "ulimit -n " + descriptors + " && exec \"$0\" \"$@\""));
        }
        command.add(System.getProperty("java.home") + "/bin/java");
        for (final String name : List.of("sluice.ring", "sluice.uring.binding")) {
            final String asked = System.getProperty(name);
            if (asked != null) {
                command.add("-D" + name + "=" + asked);
            }
        }
        if (descriptors > 0) {
            command.add("-XX:-MaxFDLimit");
        }
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                HttpProgram.class.getName(),
                directory.toString(),
                Boolean.toString(bounded)));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        out = new LineNumberReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        port = Integer.parseInt(out.readLine());
    }

    /** {@code arguments} are the directory whose files are served, and whether descriptors are waited for. */
    public static void main(String[] arguments) throws IOException {
        // So that opens and connects wait for descriptors in place of being refused them: there are always some for
        // files.
        final long descriptors = Descriptors.raiseOpenFilesLimit() - DESCRIPTORS_OF_THE_JVM;
        final AsyncIoOptions options = AsyncIoOptions.defaults();
        try (Server server = Server.open(
                        Boolean.parseBoolean(arguments[1]) ? options.withDescriptors(descriptors, 0L) : options);
                RootDirectory root = RootDirectory.open(Path.of(arguments[0]))) {
            System.out.println(server.listen(
                            RunningServer.ANY_PORT,
                            server.container().child("clients", Priority.NORMAL),
                            Boolean.parseBoolean(arguments[1]) ? (int) descriptors - FILES : MOST_CONNECTIONS,
                            link -> new MiniHttp(link, root, MiniHttp.Limits.GENEROUS))
                    .getPort());
            server.stopOnSignal();
            server.run();
            System.out.println("descriptors " + server.io().openDescriptors() + ", buffers "
                    + server.io().arena().leasedCount());
        }
    }

    Socket connect() throws IOException {
        final Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        return socket;
    }

    /** Has it end, and returns what it said last. */
    String terminate() throws IOException {
        process.toHandle().destroy(); // that of the process closes what it says, too
        return out.readLine();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
