// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sluice.aio.IoBuffer;
import java.io.IOException;
import java.net.Socket;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpFields;

/** Another body, and whether that is being pulled, and how much has come of it. */
final class WatchedBody implements Body, Body.Taker {
    private static final int ENOUGH_LOOKS = 200;

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

    /** Sends chunks, no more than one before it has come, until that is enough, and stays so. */
    void sendUntil(RunningLoop server, Socket socket, Supplier<Boolean> isEnough) throws IOException {
        final String content = "x".repeat(16 * 1024);
        int sentBytes = 0;
        int enoughLooks = 0;
        while (enoughLooks < ENOUGH_LOOKS) {
            if (server.on(isEnough)) {
                enoughLooks++;
            } else if (server.on(() -> cameBytes) == sentBytes) {
                socket.getOutputStream().write(("4000\r\n" + content + "\r\n").getBytes(ISO_8859_1));
                sentBytes += content.length();
                enoughLooks = 0;
            }
        }
    }
}
