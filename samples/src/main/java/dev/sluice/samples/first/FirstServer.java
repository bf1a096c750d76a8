package dev.sluice.samples.first;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.OpenOptions;
import dev.sluice.aio.RootDirectory;
import dev.sluice.aio.protocol.FramedConnection;
import dev.sluice.aio.protocol.LineFrames;
import dev.sluice.aio.protocol.Link;
import dev.sluice.aio.protocol.Server;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;

final class FirstServer extends FramedConnection {
    private final RootDirectory root;

    FirstServer(Link link, RootDirectory root) {
        super(link, new LineFrames(8192));
        this.root = root;
    }

    @Override
    protected void frame(ByteBuffer line) { // GET /name HTTP/1.1
        String[] words = US_ASCII.decode(line).toString().split(" ");
        if (isClosing() || words.length < 2) {
            return; // a field of a request that is answered already
        }
        pause();
        AsyncFile file = io().newFile();
        operations()
                .start(
                        handler -> file.open(root, words[1].substring(1), OpenOptions.READ, container(), handler),
                        opened -> {
                            out().send(("HTTP/1.0 " + (opened.failed() ? "404 " + opened.errnoName() : "200 OK")
                                            + "\r\n\r\n")
                                    .getBytes(US_ASCII));
                            if (!opened.failed()) {
                                out().send(file, 0L, file.status().sizeBytes(), file::discard);
                            }
                            close();
                        });
    }

    public static void main(String[] arguments) throws IOException {
        try (Server server = Server.open();
                RootDirectory root = RootDirectory.open(Path.of(arguments[0]))) {
            server.stopOnSignal();
            server.listen(
                    new InetSocketAddress("127.0.0.1", 8080), server.container(), link -> new FirstServer(link, root));
            server.run();
        }
    }
}
