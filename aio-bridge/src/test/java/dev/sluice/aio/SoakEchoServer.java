// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.events.Event;
import dev.sluice.uring.Opcode;
import java.util.Arrays;

/** Sends back what it receives on one connection, until that ends. */
final class SoakEchoServer extends SoakActor {
    private static final int MOST_BYTES = 4_096;

    private final AsyncSocket socket;
    private byte[] held = new byte[0];
    private boolean broken;

    SoakEchoServer(SoakRun run, int fd) {
        super(run);
        socket = run.io.newSocket();
        socket.adopt(fd, run.container(), this);
    }

    @Override
    void next() {
        if (!socket.isOpen()) {
            end();
        } else if (broken) {
            begunForSure(socket.close());
        } else if (held.length > 0) {
            if (lease(held.length)) {
                buffer.bytes().put(0, held);
                begun(socket.send(buffer, run.container(), this));
            }
        } else if (lease(MOST_BYTES)) {
            begun(socket.receive(buffer, run.container(), this));
        }
    }

    @Override
    void ended(Event event, int result) {
        if (event.operation() == Opcode.CLOSE) {
            return;
        }
        broken = broken || result <= 0;
        if (broken) {
            return;
        }
        if (event.operation() == Opcode.RECV) {
            held = new byte[result];
            buffer.bytes().get(0, held);
        } else {
            held = Arrays.copyOfRange(held, result, held.length);
        }
    }

    @Override
    public String toString() {
        return "server, holds " + held.length + (broken ? ", broken" : "");
    }
}
