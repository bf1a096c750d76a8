// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers every request with the same reply, after asking a test what to do, and closes a connection whose request says so; a thread per
 * connection.
 */
final class TinyServer implements AutoCloseable {
    static final int BODY_BYTES = 100;
    private static final String REPLY = reply("200 OK");

    /** Called before the n-th reply, counted from 1 over all connections. */
    @FunctionalInterface
    interface BeforeReply {
        /** Returns the reply, or null to close the connection. */
        String replyTo(int request) throws InterruptedException;
    }

    private final ServerSocket listener;
    private final BeforeReply beforeReply;
    private final AtomicInteger requests = new AtomicInteger();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    TinyServer(BeforeReply beforeReply) throws IOException {
        this.beforeReply = beforeReply;
        this.listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    static String reply(String status) {
        return "HTTP/1.1 " + status + "\r\nContent-Length: " + BODY_BYTES + "\r\n\r\n" + "x".repeat(BODY_BYTES);
    }

    static String goodReply() {
        return REPLY;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /** Those that were accepted so far. */
    int connections() {
        return sockets.size();
    }

    private static void start(Runnable task) {
        final Thread thread = new Thread(task, "tiny-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                final Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                start(() -> serve(socket));
            }
        } catch (IOException e) {
            return; // closed: the test is over
        }
    }

    private void serve(Socket socket) {
        try (socket;
                BufferedReader lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1))) {
            final OutputStream out = socket.getOutputStream();
            boolean last = false;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last |= line.equals("Connection: close");
                if (line.isEmpty()) {
                    final String reply = beforeReply.replyTo(requests.incrementAndGet());
                    if (reply == null) {
                        return;
                    }
                    out.write(reply.getBytes(ISO_8859_1));
                    if (last) {
                        return;
                    }
                }
            }
        } catch (IOException | InterruptedException e) {
            return; // the generator has gone
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
