// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A client that sends what it is told, well-formed or not, and reads responses strictly. */
final class Client implements AutoCloseable {
    /** Longer than anything takes here: a test fails by it, it never waits for it. */
    private static final int PATIENCE_MS = 30_000;

    private final Socket socket;
    private final InputStream in;

    Client(InetSocketAddress server) throws IOException {
        this(server, 0);
    }

    /** With a receive buffer of a certain size, 0 for the system's choice. */
    Client(InetSocketAddress server, int receiveBufferBytes) throws IOException {
        this(server, receiveBufferBytes, null);
    }

    /** From a certain address, null for the system's choice. */
    Client(InetSocketAddress server, int receiveBufferBytes, InetAddress from) throws IOException {
        socket = new Socket();
        if (from != null) {
            socket.bind(new InetSocketAddress(from, 0));
        }
        if (receiveBufferBytes > 0) {
            socket.setReceiveBufferSize(receiveBufferBytes);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MS);
        socket.connect(server);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    }

    /** From a certain address of this machine. */
    Client(InetSocketAddress server, InetAddress from) throws IOException {
        socket = new Socket(server.getAddress(), server.getPort(), from, 0);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MS);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    }

    Client send(String text) throws IOException {
        return send(text.getBytes(ISO_8859_1));
    }

    Client send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Sends a GET with what HTTP/1.1 demands and nothing else. */
    Client get(String target) throws IOException {
        return send("GET " + target + " HTTP/1.1\r\nHost: test\r\n\r\n");
    }

    /** Ends the sending side. */
    Client endSending() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Reads one response to a GET. */
    Response response() throws IOException {
        return Response.read(in, false);
    }

    /** Reads one response to a HEAD. */
    Response headResponse() throws IOException {
        return Response.read(in, true);
    }

    /** Tells whether bytes of a response have come. */
    boolean hasAnswer() throws IOException {
        return in.available() > 0;
    }

    /** The bytes as they come, for what is too large for a {@link Response}. */
    InputStream in() {
        return in;
    }

    /** Reads one byte, or -1 at the end. */
    int read() throws IOException {
        return in.read();
    }

    /** Closes so that the server is told of a reset, not of an orderly end. */
    void disappear() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
