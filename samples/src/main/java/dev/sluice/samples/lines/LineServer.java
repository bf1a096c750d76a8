// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.lines;

import dev.sluice.aio.RootDirectory;
import dev.sluice.aio.protocol.Server;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lines DIR}: sends files that are asked for by name, line by line; who comes by the urgent port is served first. */
@Command(name = "lines", description = "Answers GET NAME with the file, for clients of two classes.")
public final class LineServer implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "Whose files are sent.")
    private Path directory;

    @Option(names = "--port", defaultValue = "7001", description = "Where everybody asks; 0 for any free one.")
    private int port;

    @Option(names = "--urgent-port", defaultValue = "7002", description = "Where those ask who are served first.")
    private int urgentPort;

    @Override
    public Integer call() throws IOException {
        try (Server server = Server.open();
                RootDirectory root = RootDirectory.open(directory)) {
            server.stopOnSignal();
            final InetSocketAddress urgent = listen(server, root, urgentPort, "urgent", Priority.HIGH);
            final InetSocketAddress everybody = listen(server, root, port, "everybody", Priority.NORMAL);
            System.out.println("lines of " + directory + " at " + everybody + ", urgent ones at " + urgent);
            server.run();
        }
        return 0;
    }

    private static InetSocketAddress listen(Server server, RootDirectory root, int port, String name, int priority) {
        final ResourceContainer clients = server.container().child(name, priority);
        return server.listen(port, clients, link -> new LineClient(link, root));
    }
}
