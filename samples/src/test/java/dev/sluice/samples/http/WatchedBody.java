// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sluice.aio.IoBuffer;
import java.io.IOException;
import java.net.Socket;
import org.eclipse.jetty.http.HttpFields;

/** Another body, and whether that is being pulled, and how much has come of it. */
final class WatchedBody implements Body, Body.Taker {
    private static final int STILL_LOOKS = 200;

    private final Body body;
    private Taker taker;
    private int cameBytes;

    WatchedBody(Body body) {
        this.body = body;
    }

    @Override
    public long lengthBytes() {
        return body.lengthBytes();
    }

    @Override
    public void pull(Taker newTaker) {
        taker = newTaker;
        body.pull(this);
    }

    private Taker told() {
        final Taker told = taker;
        taker = null;
        return told;
    }

    @Override
    public void piece(IoBuffer piece) {
        cameBytes += piece.bytes().remaining();
        told().piece(piece);
    }

    @Override
    public void end(HttpFields trailers) {
        told().end(trailers);
    }

    @Override
    public void failed(String why) {
        told().failed(why);
    }

    @Override
    public void abort() {
        body.abort();
    }

    boolean isPulled() {
        return taker != null;
    }

    /** Sends chunks, no more than one before it has come, until who pulls has as much as it wants. */
    void sendUntilStill(RunningLoop server, Socket socket) throws IOException {
        final String content = "x".repeat(16 * 1024);
        int sentBytes = 0;
        int stillLooks = 0;
        while (stillLooks < STILL_LOOKS) {
            if (!server.on(this::isPulled)) {
                stillLooks++;
            } else if (server.on(() -> cameBytes) == sentBytes) {
                socket.getOutputStream().write(("4000\r\n" + content + "\r\n").getBytes(ISO_8859_1));
                sentBytes += content.length();
                stillLooks = 0;
            }
        }
    }
}
