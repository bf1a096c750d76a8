// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.protocol.InFlight;
import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
import dev.sluice.uring.linux.Errno;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.HttpFields;

/**
 * What can be read of a file up to its end, however far that is by then: what a pipe gives, or a file that somebody still writes. Each piece is
 * read when it is asked for, charged to the container of the exchange. A range of a file that has its length already is better given to {@link
 * Exchange#body(AsyncFile, long, long, Runnable, java.util.function.IntConsumer)}, which reads ahead.
 */
public final class FileBody implements Body {
    private static final int PIECE_BYTES = 64 * 1024;

    private static final String GONE = "the request is answered, or the client has gone";

    private final Exchange exchange;
    private final AsyncFile file;
    private final BooleanSupplier grows;
    private final Runnable whenLetGo;

    /** Its own, so that what is aborted is this alone. */
    private final InFlight operations;

    private final InFlight.Start lease = this::startLease;
    private final InFlight.Start read = this::startRead;
    private final EventHandler leased = this::leased;
    private final EventHandler wasRead = this::wasRead;

    private long position;
    private Taker taker;
    private IoBuffer block;

    /** There may have been more behind the end of the file when it was met. */
    private boolean mayGrow;

    /** More was written since the read began. */
    private boolean hasGrown;

    private boolean over;
    private boolean gone;
    private boolean letGo;

    /**
     * What a pipe gives, or a file that has all that it will have.
     *
     * @param exchange whose answer, or whose request to another server, it is for
     * @param file open for reading, until {@code whenLetGo} is called
     * @param whenLetGo called once, when the file is not used any more, whatever became of it
     */
    public FileBody(Exchange exchange, AsyncFile file, Runnable whenLetGo) {
        this(exchange, file, () -> false, whenLetGo);
    }

    /**
     * A file that is still being written.
     *
     * @param exchange whose answer, or whose request to another server, it is for
     * @param file open for reading, until {@code whenLetGo} is called
     * @param grows tells whether more may come behind the end of the file as it is; who writes it calls {@link #grown()} when it has, or when no
     *     more will
     * @param whenLetGo called once, when the file is not used any more, whatever became of it
     */
    public FileBody(Exchange exchange, AsyncFile file, BooleanSupplier grows, Runnable whenLetGo) {
        this.exchange = exchange;
        this.file = file;
        this.grows = grows;
        this.whenLetGo = whenLetGo;
        operations = exchange.newOperations(this::letGoIfDone);
        exchange.operations().hold();
        exchange.whenGone(this::gone);
    }

    @Override
    public long lengthBytes() {
        return UNKNOWN_BYTES;
    }

    @Override
    public void pull(Taker newTaker) {
        exchange.checkThread();
        if (gone) {
            newTaker.failed(GONE);
            return;
        }
        if (taker != null || over) {
            throw new IllegalStateException(over ? "this body is over" : "the last pull of this body is not answered");
        }
        taker = newTaker;
        readOn();
    }

    /** More was written, or no more will be. Does nothing if nobody waits for it. */
    public void grown() {
        exchange.checkThread();
        hasGrown = true;
        if (taker != null && operations.count() == 0) {
            readOn();
        }
    }

    private void readOn() {
        operations.start(lease, leased);
    }

    private long startLease(EventHandler attachment) {
        return exchange.io().arena().lease(PIECE_BYTES, exchange.container(), attachment);
    }

    private void leased(Event event) {
        block = (IoBuffer) event.message();
        if (block == null) {
            ended(event.errno());
        } else if (!over) {
            mayGrow = grows.getAsBoolean(); // before the read: what is written after it is told
            hasGrown = false;
            operations.start(read, wasRead);
        }
    }

    private long startRead(EventHandler attachment) {
        return file.read(block, position, exchange.container(), attachment);
    }

    private void wasRead(Event event) {
        if (over) {
            return;
        }
        if (event.result() > 0) {
            position += event.result();
            final IoBuffer piece = block;
            final Taker told = taker;
            block = null;
            taker = null;
            piece.bytes().flip();
            told.piece(piece);
        } else if (event.failed() || !mayGrow) {
            ended(event.errno());
        } else {
            releaseBlock();
            if (hasGrown) {
                readOn();
            }
        }
    }

    private void ended(int errno) {
        over = true;
        final Taker told = taker;
        taker = null;
        if (errno == 0) {
            told.end(HttpFields.EMPTY);
        } else {
            told.failed(Errno.describe("read", "a body", errno));
        }
    }

    @Override
    public void abort() {
        exchange.checkThread();
        over = true;
        taker = null;
        operations.cancelAll();
        letGoIfDone();
    }

    /** Nobody waits for an answer any more: it may be that of another server that this is sent to. */
    private void gone() {
        if (over) {
            return;
        }
        gone = true;
        final Taker told = taker;
        abort();
        if (told != null) {
            told.failed(GONE);
        }
    }

    private void letGoIfDone() {
        if (over && !letGo && operations.count() == 0) {
            letGo = true;
            releaseBlock();
            try {
                whenLetGo.run();
            } finally {
                exchange.operations().letGo();
            }
        }
    }

    private void releaseBlock() {
        if (block != null) {
            block.release();
            block = null;
        }
    }
}
