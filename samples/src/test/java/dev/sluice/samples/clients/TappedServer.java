// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.samples.files.Response;
import dev.sluice.samples.files.RunningServer;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** A server, and before it a relay that hears what is asked and answered, and reads the answers strictly. */
final class TappedServer implements AutoCloseable {
    private final RunningServer server;
    private final ServerSocket listener;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
    private final List<IOException> faults = new CopyOnWriteArrayList<>();

    private TappedServer(RunningServer server, ServerSocket listener) {
        this.server = server;
        this.listener = listener;
        start(this::accept);
    }

    static TappedServer of(Path directory) throws IOException {
        final ServerSocket listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        return new TappedServer(RunningServer.of(directory), listener);
    }

    String url(String path) {
        return "http://127.0.0.1:" + listener.getLocalPort() + path;
    }

    /** What was answered so far, in the order of the answers. */
    List<Exchange> exchanges() {
        return exchanges;
    }

    /** What was answered so far to those who asked for one target. */
    List<Exchange> exchanges(String target) {
        return exchanges.stream()
                .filter(exchange -> exchange.target().equals(target))
                .toList();
    }

    /** Closes all connections, and checks that the answers were well-formed and the server has nothing left. */
    @Override
    public void close() throws IOException {
        listener.close();
        for (final Socket socket : sockets) {
            socket.close();
        }
        server.awaitNothingHeld();
        server.close();
        assertThat(faults).isEmpty();
    }

    private static void start(Runnable work) {
        final Thread thread = new Thread(work, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                final Socket client = opened(listener.accept());
                final Socket upstream = opened(new Socket(
                        server.address().getAddress(), server.address().getPort()));
                final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
                start(() -> relay(client, upstream, () -> relayRequests(client, upstream, asked)));
                start(() -> relay(client, upstream, () -> relayAnswers(upstream, client, asked)));
            }
        } catch (IOException e) {
            if (!listener.isClosed()) {
                faults.add(e);
            }
        }
    }

    private Socket opened(Socket socket) throws IOException {
        sockets.add(socket);
        socket.setTcpNoDelay(true);
        return socket;
    }

    @FunctionalInterface
    private interface Direction {
        void run() throws IOException, InterruptedException;
    }

    /** Somebody who goes away, in whatever way, ends both connections; what is not well-formed is remembered. */
    private void relay(Socket client, Socket upstream, Direction direction) {
        try {
            direction.run();
        } catch (ProtocolException e) {
            faults.add(e);
            closeBoth(client, upstream);
        } catch (IOException e) {
            closeBoth(client, upstream);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a relay", e);
        }
    }

    private void closeBoth(Socket client, Socket upstream) {
        try (client;
                upstream) {
            sockets.remove(client);
            sockets.remove(upstream);
        } catch (IOException e) {
            faults.add(e);
        }
    }

    /** These clients send no bodies. */
    private static void relayRequests(Socket client, Socket upstream, BlockingQueue<String> asked) throws IOException {
        final InputStream in = new BufferedInputStream(client.getInputStream());
        final ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0; c = in.read()) {
            head.write(c);
            final String text = c == '\n' ? head.toString(ISO_8859_1) : "";
            if (text.endsWith("\r\n\r\n")) {
                asked.add(text);
                upstream.getOutputStream().write(head.toByteArray());
                head.reset();
            }
        }
        upstream.shutdownOutput();
    }

    private void relayAnswers(Socket upstream, Socket client, BlockingQueue<String> asked)
            throws IOException, InterruptedException {
        final OutputStream out = new BufferedOutputStream(client.getOutputStream(), 1 << 16);
        final InputStream in = new Copied(new BufferedInputStream(upstream.getInputStream(), 1 << 16), out);
        final byte[] piece = new byte[1 << 16];
        while (true) {
            final Response answer = Response.readHeader(in);
            final Exchange exchange = new Exchange(asked.take(), answer.status());
            exchanges.add(exchange);
            out.flush();
            long rest = answer.bodyBytes(exchange.method().equals("HEAD"));
            while (rest > 0L) {
                final int count = in.read(piece, 0, (int) Math.min(rest, piece.length));
                if (count < 0) {
                    throw new ProtocolException(rest + " bytes are missing of the answer to " + exchange);
                }
                rest -= count;
                out.flush();
            }
        }
    }

    /** Writes on what is read. */
    private static final class Copied extends FilterInputStream {
        private final OutputStream out;

        Copied(InputStream in, OutputStream out) {
            super(in);
            this.out = out;
        }

        @Override
        public int read() throws IOException {
            final int c = super.read();
            if (c >= 0) {
                out.write(c);
            }
            return c;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            final int count = super.read(bytes, offset, length);
            if (count > 0) {
                out.write(bytes, offset, count);
            }
            return count;
        }
    }
}
