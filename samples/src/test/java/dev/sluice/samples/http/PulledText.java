// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sluice.aio.IoBuffer;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;

/** A body as text, pulled without a pause; tells it, or why it failed, when it is over. */
final class PulledText implements Body.Taker {
    private final StringBuilder text = new StringBuilder();
    private final Body body;
    private final Consumer<String> over;

    private PulledText(Body body, Consumer<String> over) {
        this.body = body;
        this.over = over;
    }

    static void pull(Body body, Consumer<String> over) {
        body.pull(new PulledText(body, over));
    }

    @Override
    public void piece(IoBuffer piece) {
        text.append(ISO_8859_1.decode(piece.bytes()));
        piece.release();
        body.pull(this);
    }

    @Override
    public void end(HttpFields trailers) {
        over.accept(text.toString());
    }

    @Override
    public void failed(String why) {
        over.accept("failed: " + why);
    }
}
