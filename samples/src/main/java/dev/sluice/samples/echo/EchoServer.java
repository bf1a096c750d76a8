package dev.sluice.samples.echo;

import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.protocol.Connection;
import dev.sluice.aio.protocol.Server;
import java.net.InetSocketAddress;

final class EchoServer {
    public static void main(String[] arguments) {
        try (Server server = Server.open()) {
            server.stopOnSignal();
            final InetSocketAddress asked = new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0]));
            System.out.println(server.listen(asked, server.container(), link -> new Connection(link) {
                @Override
                protected void received(IoBuffer block) {
                    out().send(block);
                }
            }));
            server.run();
        }
    }
}
