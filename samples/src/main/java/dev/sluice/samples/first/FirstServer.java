// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.first;

import static dev.sluice.aio.OpenOptions.READ;
import static dev.sluice.uring.linux.OpenFlags.O_NONBLOCK;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.OpenOptions;
import dev.sluice.aio.RootDirectory;
import dev.sluice.aio.protocol.FramedConnection;
import dev.sluice.aio.protocol.LineFrames;
import dev.sluice.aio.protocol.Link;
import dev.sluice.aio.protocol.Server;
import dev.sluice.events.Event;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

final class FirstServer extends FramedConnection {
    final RootDirectory root;
    final AsyncFile file = io().newFile();

    FirstServer(Link link, RootDirectory root) {
        super(link, new LineFrames(8192));
        this.root = root;
    }

    @Override
    protected void frame(ByteBuffer line) { // GET /name HTTP/1.1
        pause(); // one request is enough
        String name = US_ASCII.decode(line).toString().replaceAll("^GET /| .*", "");
        OpenOptions options = READ.withFlags(O_NONBLOCK); // a FIFO is not waited for
        operations().start(h -> file.open(root, name, options, container(), h), this::opened);
    }

    void opened(Event event) {
        String status = event.failed() ? "404 " + event.errnoName() : "200 OK";
        out().send(("HTTP/1.0 " + status + "\r\n\r\n").getBytes(US_ASCII));
        if (!event.failed()) {
            out().send(file, 0L, file.status().sizeBytes(), file::discard);
        }
        close(); // when all is sent
    }

    public static void main(String[] arguments) throws IOException {
        try (Server server = Server.open();
                RootDirectory root = RootDirectory.open(Path.of(arguments[0]))) {
            int port = Integer.parseInt(arguments[1]);
            System.out.println(server.listen(port, server.container(), link -> new FirstServer(link, root)));
            server.stopOnSignal();
            server.run();
        }
    }
}
