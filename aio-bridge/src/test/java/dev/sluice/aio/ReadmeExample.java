// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventQueue;
import dev.sluice.events.InterestOps;
import dev.sluice.uring.Opcode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program at the beginning of this module's README. */
final class ReadmeExample {
    private ReadmeExample() {}

    /** Waits for a socket and a disk read in one queue; returns what happened, in the order it was handed out. */
    static List<String> run(Path directory, int socketFd) throws IOException {
        final List<String> log = new ArrayList<>();
        // README begins
        try (EventQueue events = EventQueue.open();
                RootDirectory root = RootDirectory.open(directory)) {
            AsyncIo io = AsyncIo.on(events);
            ResourceContainer server = ResourceContainer.root("server");
            ResourceContainer visitors = server.child("visitors", Priority.HIGH);
            ResourceContainer backup = server.child("backup", Priority.LOW);

            AsyncFile file = io.newFile();
            IoBuffer page = io.arena().tryLease(4096);
            file.open(root, "data", OpenOptions.READ, backup, "disk");
            events.declareInterest(socketFd, InterestOps.READABLE, visitors, "socket");
            while (log.size() < 3) { // opened, read, socket readable
                EventBatch batch = events.dequeueNextEvents(16, Priority.IDLE, -1L);
                for (Event event = batch.next(); event != null; event = batch.next()) {
                    log.add(event.attachment() + " " + Opcode.name(event.operation()) + " " + event.result());
                    if (event.operation() == Opcode.OPENAT2) {
                        file.read(page, 0L); // its completion is an event too
                    }
                }
            }
        }
        // README ends
        return log;
    }
}
