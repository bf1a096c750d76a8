// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The three traps of admission, and its order, on a disk that is made slow. */
class AdmissionIT extends FileTests {
    private static final int READS_PER_SECOND = 100;
    private static final int PAGE = 4096;

    private final List<IoBuffer> buffers = new ArrayList<>();
    private final List<AsyncFile> files = new ArrayList<>();

    @Override
    AioFixture newFixture() {
        return new AioFixture(AsyncIoOptions.defaults().withReadWindow(2).withOpenWindow(2, 1));
    }

    @AfterEach
    void close() {
        for (final AsyncFile file : files) {
            file.close();
        }
        aio.runUntil(() -> aio.io.openDescriptors() == 0);
        buffers.forEach(IoBuffer::release);
        aio.runUntil(aio::isIdle);
        aio.assertNothingLeft();
    }

    private AsyncFile openCold(String name) throws IOException {
        final Path path = AioFixture.writeFile(directory.resolve(name), PAGE);
        final AsyncFile file = aio.open(root, name, OpenOptions.READ);
        files.add(file);
        AioFixture.makeCold(file, path);
        return file;
    }

    private IoBuffer buffer() {
        final IoBuffer buffer = aio.io.arena().tryLease(PAGE);
        buffers.add(buffer);
        return buffer;
    }

    private List<Object> attachments(List<Seen> seen) {
        return seen.stream().map(Seen::attachment).toList();
    }

    @Test
    void shouldLetACachedReadPassWhileColdOnesFillTheWindow() throws Exception {
        final AsyncFile hot = openCold("hot");
        hot.read(buffer(), 0L, aio.normal, "warm-up");
        final List<AsyncFile> cold = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            cold.add(openCold("cold" + i));
        }
        aio.runUntil(() -> aio.seen.stream().anyMatch(seen -> "warm-up".equals(seen.attachment())));
        SlowDisk.during(directory, READS_PER_SECOND, () -> {
            for (final AsyncFile file : cold) {
                file.read(buffer(), 0L, aio.normal, "cold");
            }
            hot.read(buffer(), 0L, aio.normal, "hot");
            assertThat(aio.io.waitingOperations())
                    .as("only the window is with the kernel")
                    .isEqualTo(18);

            final List<Object> order = attachments(aio.run(21));

            assertThat(order.indexOf("hot")).as("of 21: %s", order).isLessThan(7);
            assertThat(order).containsOnlyOnce("hot");
        });
    }

    /** As of a database: hot pages beside cold ones of one file. */
    @Test
    void shouldAnswerHotPagesOfAFileAtOnceWhileItsColdOnesWaitForTheDisk() throws Exception {
        final int coldReads = 40;
        final int apart = 128 * 1024; // the kernel reads nothing ahead for reads that are so far from each other
        final Path path = AioFixture.writeFile(directory.resolve("data"), (coldReads + 1) * apart);
        final AsyncFile file = aio.open(root, "data", OpenOptions.READ);
        files.add(file);
        AioFixture.makeCold(file, path);
        final IoBuffer hot = buffer();
        for (int i = 0; i < 2; i++) { // the second one finds it in memory
            hot.bytes().clear();
            file.read(hot, 0L, aio.normal, "warm-up");
            aio.runOne();
        }
        SlowDisk.during(directory, READS_PER_SECOND, () -> {
            for (int i = 1; i <= coldReads; i++) {
                file.read(buffer(), (long) i * apart, aio.normal, "cold");
            }
            int hotReads = 0;
            while (aio.seen.stream()
                            .filter(seen -> "cold".equals(seen.attachment()))
                            .count()
                    < coldReads) {
                hot.bytes().clear();
                file.read(hot, 0L, aio.normal, "hot");
                final int before = aio.seen.size();
                aio.runUntil(() ->
                        attachments(aio.seen.subList(before, aio.seen.size())).contains("hot"));
                hotReads++;
            }

            assertThat(hotReads)
                    .as("hot reads; one that waits for its turn at the disk takes as long as a cold one")
                    .isGreaterThan(4 * coldReads);
        });
    }

    @Test
    void shouldServeReadsThatWaitByBandAndThenToTheContainerThatHasUsedLeast() throws Exception {
        final List<AsyncFile> cold = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            cold.add(openCold("cold" + i));
        }
        final var hog = aio.normal.child("hog");
        final var modest = aio.normal.child("modest");
        SlowDisk.during(directory, READS_PER_SECOND, () -> {
            final var next = cold.iterator();
            for (int i = 0; i < 8; i++) {
                next.next().read(buffer(), 0L, hog, "hog");
            }
            for (int i = 0; i < 3; i++) {
                next.next().read(buffer(), 0L, modest, "modest");
            }
            for (int i = 0; i < 3; i++) {
                next.next().read(buffer(), 0L, aio.urgent, "urgent");
            }
            final List<Object> order = attachments(aio.run(14));

            // Two hogs were with the kernel before anybody else came. The disk answers the two that it has in either
            // order,
            // and on a busy machine they are handed out together with those after them. In order of arrival the urgent
            // ones would come last, from 11 on, and the modest ones after all hogs.
            assertThat(order.lastIndexOf("urgent")).as("%s", order).isLessThan(7);
            assertThat(order.subList(0, 7)).contains("hog");
            assertThat(order.indexOf("modest"))
                    .as("turns, though the hog came first: %s", order)
                    .isLessThan(8);
            assertThat(order.lastIndexOf("hog"))
                    .as("turns, and the hog has more: %s", order)
                    .isGreaterThan(11);
        });
    }

    /** Opens of cold paths wait for workers; the one kept for high bands is there when it is wanted. */
    @Test
    void shouldKeepAnOpenFreeForHighBandsAndNeverMakeACachedOpenWait() throws Exception {
        for (int i = 0; i < 12; i++) {
            final Path sub = Files.createDirectory(directory.resolve("d" + i));
            try (FileChannel file =
                    FileChannel.open(sub.resolve("file"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                file.force(true);
            }
        }
        Files.writeString(directory.resolve("warm"), "x");
        SlowDisk.forgetPaths();
        Files.readString(directory.resolve("warm"));
        SlowDisk.during(directory, 20, () -> {
            for (int i = 0; i < 10; i++) {
                open("d" + i + "/file", aio.normal, "normal");
            }
            aio.reapOnly(); // the caches do not have them: they wait for the one worker that is theirs
            assertThat(aio.io.waitingOperations()).isEqualTo(9);
            open("d11/file", aio.urgent, "urgent");
            open("warm", aio.bulk, "cached");

            final List<Object> order = attachments(aio.run(12));

            // Of twelve. On a busy machine some are handed out together, and then the bulk one comes after the normal
            // ones.
            assertThat(order.indexOf("cached")).as("%s", order).isLessThan(6);
            assertThat(order.indexOf("urgent")).as("%s", order).isLessThan(6);
        });
    }

    /** One at a time for a class: others pass it, and within it the urgent one, but not what the page cache has. */
    @Test
    void shouldKeepAContainersReadsWithinItsLimitWithoutHoldingUpAnybodyElse() throws Exception {
        final AsyncFile hot = openCold("hot");
        hot.read(buffer(), 0L, aio.normal, "warm-up");
        aio.runOne();
        final List<AsyncFile> cold = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            cold.add(openCold("cold" + i));
        }
        final var guests = aio.normal.child("guests");
        guests.setLimit(Resource.DISK_OPERATIONS, 1);
        final var visitor = guests.child("visitor", Priority.LOW);
        final var boss = guests.child("boss");
        SlowDisk.during(directory, 20, () -> {
            final var next = cold.iterator();
            for (int i = 0; i < 5; i++) {
                next.next().read(buffer(), 0L, visitor, "visitor");
            }
            next.next().read(buffer(), 0L, boss, "boss");
            assertThat(aio.io.waitingOperations())
                    .as("one of the guests' is with the kernel")
                    .isEqualTo(5);
            for (int i = 0; i < 3; i++) {
                next.next().read(buffer(), 0L, aio.bulk, "bulk");
            }
            assertThat(aio.io.waitingOperations())
                    .as("the window has room for one more, which nobody else could take")
                    .isEqualTo(7);
            hot.read(buffer(), 0L, visitor, "cached");

            final List<Object> order = attachments(aio.run(10));

            assertThat(order.indexOf("cached")).as("%s", order).isLessThan(5);
            final List<Object> ofGuests = order.stream()
                    .filter(attachment -> attachment.equals("visitor") || attachment.equals("boss"))
                    .toList();
            assertThat(ofGuests.indexOf("boss")).as("%s", order).isEqualTo(1);
            assertThat(order.lastIndexOf("bulk")).as("%s", order).isLessThan(9);
        });
    }

    private void open(String path, dev.sluice.containers.ResourceContainer container, String attachment) {
        final AsyncFile file = aio.io.newFile();
        file.open(root, path, OpenOptions.READ, container, attachment);
        files.add(file);
    }
}
