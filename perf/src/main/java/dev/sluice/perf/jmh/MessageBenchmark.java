// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.jmh;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Messages between two threads: a batch there, and one message back when all of it has come. An operation is the whole
 * exchange, in which each side goes to sleep and is woken; the bigger the batch, the more of it is the messages themselves.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class MessageBenchmark {
    private static final Object MESSAGE = "message";
    private static final Object LAST = "last of a batch";
    private static final Object STOP = "stop";

    /** How the messages go: by ours, and by the JDK's. */
    @Param({"mailbox", "mailbox-msg-ring", "selector", "array-blocking-queue", "linked-blocking-queue"})
    String by;

    /** Messages there for one back. */
    @Param({"1", "64"})
    int batch;

    private Inbox own;
    private Inbox theirs;
    private Thread partner;

    /** For JMH. */
    public MessageBenchmark() {}

    /** Opens an inbox for this thread and one for another, which is started. */
    @Setup
    public void open() {
        own = Inbox.open(by);
        final CompletableFuture<Inbox> opened = new CompletableFuture<>();
        partner = new Thread(() -> reply(opened), "partner");
        partner.start();
        theirs = opened.join();
    }

    private void reply(CompletableFuture<Inbox> opened) {
        try (Inbox inbox = Inbox.open(by)) {
            opened.complete(inbox);
            for (Object message = inbox.take(); message != STOP; message = inbox.take()) {
                if (message == LAST) {
                    own.put(LAST, inbox);
                }
            }
        } catch (RuntimeException e) {
            if (!opened.completeExceptionally(e)) {
                throw e;
            }
        }
    }

    /**
     * Ends the other thread.
     *
     * @throws InterruptedException if this one is interrupted
     */
    @TearDown
    public void close() throws InterruptedException {
        theirs.put(STOP, own);
        if (own instanceof Inbox.OnQueue queue) {
            queue.submit();
        }
        partner.join();
        own.close();
    }

    /**
     * Sends a batch and waits for the reply.
     *
     * @return the reply
     */
    @Benchmark
    public Object exchange() {
        for (int i = 1; i < batch; i++) {
            theirs.put(MESSAGE, own);
        }
        theirs.put(LAST, own);
        return own.take();
    }
}
