// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static dev.sluice.aio.AioFixture.writeFile;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.events.EventQueue;
import dev.sluice.events.EventQueueOptions;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Ring;
import dev.sluice.uring.RingException;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.RingRegistration;
import dev.sluice.uring.kernel.KernelRing;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.memory.NativeMemory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The arena's memory, registered with the ring: pinned while the queue is open, used by transfers, done without if refused. */
class RegisteredArenaIT {
    @TempDir
    Path directory;

    private RootDirectory root;

    /** How many slabs the ring takes. */
    private int taken = Integer.MAX_VALUE;

    private int registered;
    private int refused;
    private int unregistered;

    @BeforeEach
    void open() throws Exception {
        root = RootDirectory.open(directory);
    }

    @AfterEach
    void close() {
        root.close();
    }

    private AioFixture fixture() {
        return fixture(AsyncIoOptions.defaults());
    }

    private AioFixture fixture(AsyncIoOptions options) {
        final Ring ring = KernelRing.open(RingOptions.defaults());
        final RingRegistration registration = counting(ring.registration());
        final Ring counting = (Ring) Proxy.newProxyInstance(
                Ring.class.getClassLoader(),
                new Class<?>[] {Ring.class},
                (proxy, method, arguments) ->
                        method.getName().equals("registration") ? registration : answer(ring, method, arguments));
        return new AioFixture(EventQueue.over(counting, EventQueueOptions.defaults()), options);
    }

    private RingRegistration counting(RingRegistration registration) {
        return (RingRegistration) Proxy.newProxyInstance(
                Ring.class.getClassLoader(), new Class<?>[] {RingRegistration.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("registerBuffer") && registered == taken) {
                        refused++;
                        throw new RingException("io_uring_register(BUFFERS_UPDATE) failed: ENOMEM (12)", Errno.ENOMEM);
                    }
                    final Object result = answer(registration, method, arguments);
                    registered += method.getName().equals("registerBuffer") ? 1 : 0;
                    unregistered += method.getName().equals("unregisterBuffers") ? 1 : 0;
                    return result;
                });
    }

    private static Object answer(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static long pinnedKilobytes() throws Exception {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmPin:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    @Test
    void shouldPinEachSlabOnceAndLetGoOfAllWithTheQueue() throws Exception {
        final long before = pinnedKilobytes();
        final AioFixture aio = fixture();
        assertThat(registered).as("before memory is needed").isZero();
        final IoBuffer[] buffers = new IoBuffer[20];
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = aio.io.arena().tryLease(64 * 1024);
        }

        assertThat(registered).isEqualTo(5);
        assertThat(aio.io.arena().registeredBytes()).isEqualTo(5L * BufferArena.MAX_BLOCK_BYTES);
        assertThat(pinnedKilobytes() - before)
                .as("the slabs, or the large page that they lie in")
                .isIn(5L * BufferArena.MAX_BLOCK_BYTES / 1_024L, NativeMemory.PIECE_BYTES / 1_024L);
        aio.close();

        assertThat(unregistered).isEqualTo(1);
        assertThat(pinnedKilobytes()).isEqualTo(before);
        assertThat(buffers[19].bytes().put(0, (byte) 1).get(0)).isEqualTo((byte) 1);
    }

    @Test
    void shouldTransferEveryBlockOfEverySlabPastThePageCacheAndThroughIt() throws Exception {
        final byte[] content = Files.readAllBytes(writeFile(directory.resolve("file"), 1_000_000));
        try (AioFixture aio = fixture()) {
            for (final int flags : new int[] {0, OpenFlags.O_DIRECT}) {
                final AsyncFile file = aio.open(root, "file", OpenOptions.READ.withFlags(flags));
                for (final int size : new int[] {4_096, 16 * 1024, 64 * 1024, BufferArena.MAX_BLOCK_BYTES}) {
                    final IoBuffer[] buffers = new IoBuffer[2 + BufferArena.MAX_BLOCK_BYTES / size];
                    for (int i = 0; i < buffers.length; i++) {
                        buffers[i] = aio.io.arena().tryLease(size);
                        final int position = i * 4_096;
                        file.read(buffers[i], position, aio.normal, "read");
                        assertThat(aio.runOne()).isEqualTo(new Seen("read", Opcode.READ, size, 0));
                        final byte[] read = new byte[size];
                        buffers[i].bytes().flip().get(read);
                        assertThat(read).isEqualTo(Arrays.copyOfRange(content, position, position + size));
                    }
                    for (final IoBuffer buffer : buffers) {
                        buffer.release();
                    }
                }
                file.discard();
            }
            assertThat(aio.io.arena().registeredBytes())
                    .isPositive()
                    .isEqualTo(aio.io.arena().allocatedBytes());
        }
    }

    @Test
    void shouldWriteFromRegisteredMemory() throws Exception {
        try (AioFixture aio = fixture()) {
            for (final int flags : new int[] {0, OpenFlags.O_DIRECT}) {
                final AsyncFile file = aio.open(root, "new" + flags, OpenOptions.READ_WRITE_CREATE.withFlags(flags));
                final IoBuffer buffer = aio.io.arena().tryLease(8_192);
                buffer.bytes().limit(8_192);
                for (int i = 0; i < 8_192; i++) {
                    buffer.bytes().put(i, (byte) (i * 7));
                }
                file.writeFully(buffer, 4_096L, aio.normal, "write");
                assertThat(aio.runOne()).isEqualTo(new Seen("write", Opcode.WRITE, 8_192, 0));
                final byte[] all = Files.readAllBytes(directory.resolve("new" + flags));
                assertThat(all).hasSize(12_288);
                for (int i = 0; i < 8_192; i++) {
                    assertThat(all[4_096 + i]).isEqualTo((byte) (i * 7));
                }
                buffer.release();
                file.discard();
            }
        }
    }

    /** Their file systems have no asynchronous reads at all. */
    @Test
    void shouldReadFilesThatOnlyKnowPlainReads() throws Exception {
        try (RootDirectory proc = RootDirectory.open(Path.of("/proc/self"));
                AioFixture aio = fixture()) {
            for (final String name : new String[] {"environ", "cmdline", "status", "auxv"}) {
                final AsyncFile file = aio.open(proc, name, OpenOptions.READ);
                final IoBuffer buffer = aio.io.arena().tryLease(4_096);
                file.read(buffer, 0L, aio.normal, name);
                assertThat(aio.runOne().result()).as(name).isPositive();
                buffer.release();
                file.discard();
            }
        }
    }

    @Test
    void shouldGoOnWithoutAfterARefusal() throws Exception {
        final byte[] content = Files.readAllBytes(writeFile(directory.resolve("file"), 16_384));
        for (taken = 0; taken < 3; taken++) {
            registered = 0;
            refused = 0;
            unregistered = 0;
            try (AioFixture aio = fixture()) {
                final AsyncFile file = aio.open(root, "file", OpenOptions.READ.withFlags(OpenFlags.O_DIRECT));
                final IoBuffer[] buffers = new IoBuffer[40];
                for (int i = 0; i < buffers.length; i++) {
                    buffers[i] = aio.io.arena().tryLease(16_384);
                    file.read(buffers[i], 0L, aio.normal, "read");
                    assertThat(aio.runOne().result()).isEqualTo(16_384);
                    final byte[] read = new byte[16_384];
                    buffers[i].bytes().flip().get(read);
                    assertThat(read).isEqualTo(content);
                }
                for (final IoBuffer buffer : buffers) {
                    buffer.release();
                }
                assertThat(refused).as("asked again after a refusal").isEqualTo(1);
                assertThat(aio.io.arena().registeredBytes()).isEqualTo((long) taken * BufferArena.MAX_BLOCK_BYTES);
                file.discard();
            }
            assertThat(unregistered).isEqualTo(1);
        }
    }

    @Test
    void shouldRegisterNothingIfToldNotTo() throws Exception {
        final long before = pinnedKilobytes();
        try (AioFixture aio = fixture(AsyncIoOptions.defaults().withRegisteredBuffers(false))) {
            aio.io.arena().tryLease(1).release();
            assertThat(aio.io.arena().registeredBytes()).isZero();
            assertThat(pinnedKilobytes()).isEqualTo(before);
        }
        assertThat(unregistered).isZero();
    }
}
