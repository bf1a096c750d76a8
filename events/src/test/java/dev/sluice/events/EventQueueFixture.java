// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A queue on the real kernel, three containers, and pipes that are closed after each test. */
abstract class EventQueueFixture {
    static final long SECOND_NS = 1_000_000_000L;

    final List<TestPipe> pipes = new ArrayList<>();
    final ResourceContainer root = ResourceContainer.root("root");
    final ResourceContainer urgent = root.child("urgent", Priority.HIGH);
    final ResourceContainer normal = root.child("normal", Priority.NORMAL);
    final ResourceContainer bulk = root.child("bulk", Priority.LOW);
    EventQueue events;

    @BeforeEach
    void open() {
        events = EventQueue.open();
    }

    @AfterEach
    void close() {
        events.close();
        pipes.forEach(TestPipe::close);
    }

    final TestPipe pipe() {
        final TestPipe pipe = new TestPipe();
        pipes.add(pipe);
        return pipe;
    }

    final TestPipe readablePipe() {
        final TestPipe pipe = pipe();
        pipe.write();
        return pipe;
    }

    static List<Object> attachmentsOf(EventBatch batch) {
        final List<Object> attachments = new ArrayList<>();
        for (Event event = batch.next(); event != null; event = batch.next()) {
            attachments.add(event.attachment());
        }
        return attachments;
    }
}
