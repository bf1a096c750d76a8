package consumer;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.OpenOptions;
import dev.sluice.aio.RootDirectory;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventQueue;
import dev.sluice.events.Timer;
import dev.sluice.uring.Opcode;
import java.nio.file.Path;
import java.util.List;

/** Reads the beginning of a file when a timer has expired, and prints what happened. */
public final class Main {
    private Main() {}

    /**
     * Runs it.
     *
     * @param args a directory and a name in it
     * @throws Exception if anything fails
     */
    public static void main(String[] args) throws Exception {
        try (EventQueue events = EventQueue.open();
                RootDirectory root = RootDirectory.open(Path.of(args[0]))) {
            final AsyncIo io = AsyncIo.on(events);
            final ResourceContainer server = ResourceContainer.root("server");
            final AsyncFile file = io.newFile();
            final IoBuffer page = io.arena().tryLease(4096);
            final Timer timer = events.newTimer(server, "timer");
            timer.start(1_000L);
            io.process().awaitSignal(List.of("TERM"), server, event -> System.out.println("ended by " + event));
            for (int seen = 0; seen < 3; ) {
                final EventBatch batch = events.dequeueNextEvents(16, Priority.IDLE, -1L);
                for (Event event = batch.next(); event != null; event = batch.next()) {
                    seen++;
                    System.out.println(event.kind() + " " + Opcode.name(event.operation()) + " " + event.errnoName());
                    if (event.attachment() == "timer") {
                        file.open(root, args[1], OpenOptions.READ, server, "open");
                    } else if (event.operation() == Opcode.OPENAT2) {
                        file.read(page, 0L);
                    }
                }
            }
            page.bytes().flip();
            System.out.println(page.bytes().remaining() + " bytes for " + timer.container().path());
            page.release();
        }
    }
}
