// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.Event;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.SocketFlags;
import java.util.Arrays;

/** Sends messages and receives what it has sent; after a failure on a connection of a new one. */
final class SoakEchoClient extends SoakActor {
    /** How a client gets its connection. */
    interface Connecting {
        /** Starts to connect, or does it at once and returns 0. */
        long connect(AsyncSocket socket, SoakEchoClient client);
    }

    private static final int AT_ONCE = 0;

    private final Connecting connecting;
    private final int mostBytes;

    /** Messages are pieces of it; null for messages of their own. */
    private final AsyncFile source;

    private final byte[] sourceBytes;
    private final AsyncSocket socket;
    private byte[] message = new byte[0];
    private int sent;
    private int received;
    private boolean broken;
    private int rounds;

    SoakEchoClient(SoakRun run, Connecting connecting, int mostBytes, AsyncFile source, byte[] sourceBytes) {
        super(run);
        this.connecting = connecting;
        this.mostBytes = mostBytes;
        this.source = source;
        this.sourceBytes = sourceBytes;
        socket = run.io.newSocket();
        run.clients++;
    }

    @Override
    void next() {
        if (!socket.isOpen()) {
            connect();
        } else if (broken || (isIdle() && (run.isStopping() || rounds > 20))) {
            begunForSure(socket.close());
        } else if (sent < message.length) {
            sendRest();
        } else if (received < sent) {
            receive();
        } else if (run.chance(2)) {
            socket.declareInterest(run.container(), this);
            broken = true; // there is nothing to be had from it any more
            begun(socket.shutdown(SocketFlags.SHUT_WR));
        } else {
            newMessage();
        }
    }

    private boolean isIdle() {
        return received == message.length;
    }

    private void connect() {
        message = new byte[0];
        sent = 0;
        received = 0;
        broken = false;
        rounds = 0;
        if (run.isStopping()) {
            run.clients--;
            end();
            return;
        }
        final long id = connecting.connect(socket, this);
        if (id != AT_ONCE) {
            begun(id);
        }
    }

    private void newMessage() {
        rounds++;
        received = 0;
        sent = 0;
        if (source != null && run.chance(30)) {
            sendPieceOfFile();
            return;
        }
        message = new byte[1 + run.random.nextInt(mostBytes)];
        run.random.nextBytes(message);
        sendRest();
    }

    private void sendRest() {
        if (lease(message.length - sent)) {
            buffer.bytes().put(0, message, sent, message.length - sent);
            begun(socket.send(buffer, run.container(), this));
        }
    }

    private void sendPieceOfFile() {
        final int length = 1 + run.random.nextInt(mostBytes);
        if (!lease(length)) {
            message = new byte[0];
            return;
        }
        final int position = run.random.nextInt(sourceBytes.length - length);
        message = Arrays.copyOfRange(sourceBytes, position, position + length);
        begun(socket.sendFile(source, position, buffer, run.container(), this));
    }

    private void receive() {
        if (lease(message.length - received)) {
            begun(socket.receive(buffer, run.container(), this));
        }
    }

    @Override
    void ended(Event event, int result) {
        switch (event.operation()) {
            case Opcode.CONNECT, Opcode.CLOSE, Opcode.SHUTDOWN -> {}
            case Opcode.SEND -> {
                broken = broken || result <= 0;
                sent += Math.max(0, result);
            }
            case Opcode.READ -> tookPieceOfFile(result);
            case Opcode.RECV -> took(result);
            default -> throw new AssertionError("not begun: " + event);
        }
    }

    /** The file's bytes are in the buffer, and not sent. */
    private void tookPieceOfFile(int result) {
        for (int i = 0; i < result; i++) {
            assertThat(buffer.bytes().get(i)).as("byte %d of the file", i).isEqualTo(message[i]);
        }
        sent = 0; // all of it goes the usual way
    }

    private void took(int result) {
        broken = broken || result <= 0;
        for (int i = 0; i < result; i++) {
            if (buffer.bytes().get(i) != message[received + i]) {
                throw new AssertionError(this + ": byte " + (received + i) + " came back as another");
            }
        }
        received += Math.max(0, result);
    }

    @Override
    public String toString() {
        return "client, sent " + sent + " of " + message.length + ", received " + received + (broken ? ", broken" : "");
    }
}
