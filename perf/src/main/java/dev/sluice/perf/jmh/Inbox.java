// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.jmh;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventQueue;
import dev.sluice.events.Mailbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Where a thread waits for what other threads send it; opened, read and closed by that thread. */
interface Inbox extends AutoCloseable {
    /** More than are ever under way. */
    int CAPACITY = 128;

    /** Leaves a message, from the thread whose own inbox {@code sender} is. */
    void put(Object message, Inbox sender);

    /** Waits for a message. */
    Object take();

    @Override
    void close();

    /** Opens the kind of inbox that a benchmark's parameter names. */
    static Inbox open(String kind) {
        return switch (kind) {
            case "mailbox" -> new OnQueue(false);
            case "mailbox-msg-ring" -> new OnQueue(true);
            case "selector" -> new OnSelector();
            case "array-blocking-queue" -> new Blocking(new ArrayBlockingQueue<>(CAPACITY));
            case "linked-blocking-queue" -> new Blocking(new LinkedBlockingQueue<>(CAPACITY));
            default -> throw new IllegalArgumentException("no such inbox: " + kind);
        };
    }

    /** A mailbox of an event queue, woken by its eventfd or from ring to ring. */
    final class OnQueue implements Inbox {
        private final boolean ringToRing;
        private final EventQueue events = EventQueue.open();
        private final Mailbox<Object> mailbox = events.newMailbox(CAPACITY, ResourceContainer.root("benchmark"), null);
        private EventBatch batch = events.dequeueNextEvents(CAPACITY, Priority.IDLE, 0L);

        OnQueue(boolean ringToRing) {
            this.ringToRing = ringToRing;
        }

        @Override
        public void put(Object message, Inbox sender) {
            final boolean accepted =
                    ringToRing ? mailbox.offerFrom(((OnQueue) sender).events, message) : mailbox.offer(message);
            if (!accepted) {
                throw new IllegalStateException("refused by " + mailbox);
            }
        }

        /** Sends what the sender's next wait would send. */
        void submit() {
            batch = events.dequeueNextEvents(CAPACITY, Priority.IDLE, 0L);
        }

        @Override
        public Object take() {
            while (true) {
                final Event event = batch.next();
                if (event != null) {
                    return event.message();
                }
                batch = events.dequeueNextEvents(CAPACITY, Priority.IDLE, -1L);
            }
        }

        @Override
        public void close() {
            events.close();
        }
    }

    /** What a server on java.nio does: a queue beside the selector, which is woken for it. */
    final class OnSelector implements Inbox {
        private final Queue<Object> messages = new ConcurrentLinkedQueue<>();
        private final Selector selector;

        OnSelector() {
            try {
                selector = Selector.open();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void put(Object message, Inbox sender) {
            messages.add(message);
            selector.wakeup(); // writes once until the selector has woken
        }

        @Override
        public Object take() {
            try {
                Object message;
                while ((message = messages.poll()) == null) {
                    selector.select();
                }
                return message;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                selector.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Hand-over between threads that wait for nothing else. */
    final class Blocking implements Inbox {
        private final BlockingQueue<Object> messages;

        Blocking(BlockingQueue<Object> messages) {
            this.messages = messages;
        }

        @Override
        public void put(Object message, Inbox sender) {
            messages.add(message);
        }

        @Override
        public Object take() {
            try {
                return messages.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for a message", e);
            }
        }

        @Override
        public void close() {}
    }
}
