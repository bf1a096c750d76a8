// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.protocol.InFlight;
import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
import dev.sluice.uring.linux.Errno;
import org.eclipse.jetty.http.HttpFields;

/**
 * Writes a body into a file or a pipe, as fast as that takes it: the next piece is pulled when the last one is written, so that who sends it waits,
 * and no memory. The other direction of {@link FileBody}.
 *
 * <pre>{@code
 * new FileSink(exchange, file, 0L, why -> {
 *     file.discard();
 *     PlainText.say(exchange, why == null ? 201 : 500);
 * }).take(exchange.requestBody());
 * }</pre>
 */
public final class FileSink {
    /** Who is told what has become of a body. */
    @FunctionalInterface
    public interface Outcome {
        /**
         * All is written, or the rest will not be; the file is not used any more. Called once, also after the client has gone.
         *
         * @param why null if all is written, or what went wrong
         */
        void ended(String why);
    }

    private final Exchange exchange;
    private final AsyncFile file;
    private final Outcome outcome;

    /** Its own: what has begun is ended whatever becomes of the exchange. */
    private final InFlight operations;

    private final InFlight.Start write = this::startWrite;
    private final EventHandler written = this::written;
    private final Taker taker = new Taker();

    private Body source;
    private long position;
    private IoBuffer piece;

    private boolean over;
    private boolean told;
    private String why;

    /**
     * Writes nothing yet.
     *
     * @param exchange that the body belongs to, and whose container is charged
     * @param file open for writing, until {@code outcome} is told
     * @param position in the file of the first byte; of no meaning to a pipe
     * @param outcome told once
     */
    public FileSink(Exchange exchange, AsyncFile file, long position, Outcome outcome) {
        this.exchange = exchange;
        this.file = file;
        this.position = position;
        this.outcome = outcome;
        operations = exchange.newOperations(this::tellIfOver);
    }

    /**
     * Begins to pull.
     *
     * @param body nobody else pulls
     * @throws IllegalStateException if it was called before
     */
    public void take(Body body) {
        exchange.checkThread();
        if (source != null) {
            throw new IllegalStateException("a body is being written already");
        }
        source = body;
        exchange.operations().hold();
        exchange.whenGone(this::gone);
        if (over) {
            source.abort();
        } else {
            source.pull(taker);
        }
    }

    private final class Taker implements Body.Taker {
        @Override
        public void piece(IoBuffer newPiece) {
            piece = newPiece;
            operations.start(write, written);
        }

        @Override
        public void end(HttpFields trailers) {
            FileSink.this.end(null);
            tellIfOver();
        }

        @Override
        public void failed(String newWhy) {
            FileSink.this.end(newWhy);
            tellIfOver();
        }
    }

    private long startWrite(EventHandler attachment) {
        return file.writeFully(piece, position, exchange.container(), attachment);
    }

    private void written(Event event) {
        piece.release();
        piece = null;
        if (event.failed()) {
            end(Errno.describe("write", "a body", event.errno()));
            source.abort();
        } else if (!over) {
            position += event.result();
            source.pull(taker);
        }
    }

    private void end(String newWhy) {
        if (!over) {
            over = true;
            why = newWhy;
        }
    }

    /** Nobody waits for an answer any more. */
    private void gone() {
        end("the request is answered, or the client has gone");
        operations.cancelAll();
        tellIfOver();
    }

    private void tellIfOver() {
        if (over && !told && operations.count() == 0) {
            told = true;
            if (piece != null) {
                piece.release(); // its write was not started
                piece = null;
            }
            try {
                outcome.ended(why);
            } finally {
                exchange.operations().letGo();
            }
        }
    }
}
