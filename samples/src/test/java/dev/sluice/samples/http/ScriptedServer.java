// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that does what a test says, on a thread for each connection, and remembers what it was asked. */
final class ScriptedServer implements AutoCloseable {
    private static final int PATIENCE_MS = 30_000;
    private static final int BACKLOG = 200;

    /** What is done on one connection; what it throws as the client closes is none of the test's business. */
    interface Script {
        /** {@code index} counts connections from 0. */
        void serve(int index, Talk talk) throws IOException;
    }

    /** One connection. */
    static final class Talk {
        final Socket socket;
        private final Queue<String> heads;

        Talk(Socket socket, Queue<String> heads) {
            this.socket = socket;
            this.heads = heads;
        }

        /** Reads a head; null at the end. */
        String readHead() throws IOException {
            final StringBuilder head = new StringBuilder();
            final InputStream in = socket.getInputStream();
            while (head.indexOf("\r\n\r\n") < 0) {
                final int b = in.read();
                if (b < 0) {
                    return null;
                }
                head.append((char) b);
            }
            heads.add(head.toString());
            return head.toString();
        }

        void say(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(US_ASCII));
        }

        String read(int lengthBytes) throws IOException {
            return new String(socket.getInputStream().readNBytes(lengthBytes), US_ASCII);
        }

        String readAll() throws IOException {
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }

        void awaitEnd() throws IOException {
            socket.getInputStream().readAllBytes();
        }

        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    final Queue<String> heads = new ConcurrentLinkedQueue<>();
    final AtomicInteger connections = new AtomicInteger();

    /** Of scripts that went on when their client had gone. */
    final AtomicInteger ended = new AtomicInteger();

    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final ServerSocket listener;
    private final Script script;

    ScriptedServer(Script script) throws IOException {
        this.script = script;
        listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        new Thread(this::accept, "scripted").start();
    }

    /** Answers whatever it is asked with the same. */
    static ScriptedServer always(String response) throws IOException {
        return new ScriptedServer((index, talk) -> {
            while (talk.readHead() != null) {
                talk.say(response);
            }
        });
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    private void accept() {
        try {
            while (true) {
                final Socket socket = listener.accept();
                socket.setSoTimeout(PATIENCE_MS);
                sockets.add(socket);
                final int index = connections.getAndIncrement();
                new Thread(() -> serve(index, socket), "scripted " + index).start();
            }
        } catch (IOException e) {
            ended.incrementAndGet(); // the test has closed it
        }
    }

    private void serve(int index, Socket socket) {
        try (socket) {
            script.serve(index, new Talk(socket, heads));
        } catch (IOException e) {
            ended.incrementAndGet(); // the client has closed it
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (final Socket socket : sockets) {
            socket.close();
        }
    }
}
