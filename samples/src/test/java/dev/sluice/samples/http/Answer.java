// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.IoBuffer;
import dev.sluice.samples.http.wire.ResponseReader;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.eclipse.jetty.http.HttpFields;

/** What is told of one request, all of it pulled. What comes beside it, or again, shows in {@link #story}. */
class Answer implements ResponseHandler, Body.Taker {
    private static final int MOST_KEPT_BYTES = 1 << 20;

    /** Each call but for pieces, in its order. */
    final List<String> story = new CopyOnWriteArrayList<>();

    final CompletableFuture<Answer> head = new CompletableFuture<>();
    final CompletableFuture<Answer> over = new CompletableFuture<>();
    /** For who stops there. */
    final CompletableFuture<Answer> somePiece = new CompletableFuture<>();

    final CRC32 checksum = new CRC32();
    final ByteArrayOutputStream content = new ByteArrayOutputStream();

    volatile ClientCall call;
    long contentBytes;
    volatile Body body;
    ClientFailure failure;
    String why;
    int status;
    HttpFields fields;
    HttpFields trailers;

    @Override
    public void interim(ResponseReader response) {
        story.add("interim " + response.status());
    }

    @Override
    public void response(ResponseReader response, Body newBody) {
        story.add("response " + response.status());
        status = response.status();
        fields = HttpFields.build(response.fields()).asImmutable();
        body = newBody;
        head.complete(this);
        begun();
    }

    /** The head has come. */
    void begun() {
        body.pull(this);
    }

    @Override
    public void failed(ClientFailure newFailure, String newWhy) {
        story.add("failed " + newFailure);
        failure = newFailure;
        why = newWhy;
        head.complete(this);
        over.complete(this);
    }

    @Override
    public void piece(IoBuffer piece) {
        final int lengthBytes = piece.bytes().remaining();
        contentBytes += lengthBytes;
        final byte[] bytes = new byte[lengthBytes];
        piece.bytes().get(bytes);
        piece.release();
        checksum.update(bytes);
        if (contentBytes <= MOST_KEPT_BYTES) {
            content.writeBytes(bytes);
        }
        taken();
    }

    /** A piece was taken. */
    void taken() {
        body.pull(this);
    }

    @Override
    public void end(HttpFields newTrailers) {
        story.add("end");
        trailers = HttpFields.build(newTrailers).asImmutable();
        over.complete(this);
    }

    @Override
    public void failed(String newWhy) {
        story.add("body failed");
        why = newWhy;
        over.complete(this);
    }

    Answer await() {
        return over.orTimeout(30, TimeUnit.SECONDS).join();
    }

    Answer awaitHead() {
        return head.orTimeout(30, TimeUnit.SECONDS).join();
    }

    String text() {
        return content.toString(StandardCharsets.US_ASCII);
    }

    /** Begun, and pulled by nobody before {@link #begun()} is called by the test. */
    static Answer unpulled() {
        return new Answer() {
            private boolean told;

            @Override
            void begun() {
                if (told) {
                    super.begun();
                }
                told = true;
            }
        };
    }
}
