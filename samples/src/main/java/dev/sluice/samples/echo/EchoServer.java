// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.echo;

import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.protocol.Connection;
import dev.sluice.aio.protocol.Server;

final class EchoServer {
    private EchoServer() {}

    public static void main(String[] arguments) {
        try (Server server = Server.open()) {
            server.stopOnSignal();
            System.out.println(
                    server.listen(Integer.parseInt(arguments[0]), server.container(), link -> new Connection(link) {
                        @Override
                        protected void received(IoBuffer block) {
                            out().send(block);
                        }
                    }));
            server.run();
        }
    }
}
