// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.aio.socket.ReceiveBlocks;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Inotify;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: whatever has an id can be given a deadline, and ends by it also while it waits in a line. Method: each operation is started for a
 * container that has all that it may have, so that it waits, if it ever waits for that; only its deadline ends it then. What needs nothing, or
 * is no request to the ring, waits for what does not come. {@link FaultSweepIT} has deadlines that pass in each step.
 */
class DeadlineSweepIT extends FileTests {
    private static final long SOON_NS = 2_000_000L;

    /** They take a place at the disk, a descriptor or a thread whatever the caches have. */
    private static final Set<SweptOperation> WAITING = EnumSet.of(
            SweptOperation.OPEN,
            SweptOperation.OPEN_COLD,
            SweptOperation.OPEN_THAT_CREATES,
            SweptOperation.OPEN_THAT_TRUNCATES,
            SweptOperation.WRITE,
            SweptOperation.WRITE_FULLY,
            SweptOperation.WRITE_VECTORED,
            SweptOperation.STATX,
            SweptOperation.FSYNC,
            SweptOperation.FDATASYNC,
            SweptOperation.ALLOCATE,
            SweptOperation.ADVISE,
            SweptOperation.READ_ATTRIBUTE,
            SweptOperation.READ_ATTRIBUTE_COLD,
            SweptOperation.WRITE_ATTRIBUTE,
            SweptOperation.WRITE_ATTRIBUTE_COLD,
            SweptOperation.PATH_STATX,
            SweptOperation.PATH_STATX_COLD,
            SweptOperation.RENAME,
            SweptOperation.RENAME_COLD,
            SweptOperation.LINK,
            SweptOperation.LINK_COLD,
            SweptOperation.SYMLINK,
            SweptOperation.SYMLINK_COLD,
            SweptOperation.UNLINK,
            SweptOperation.UNLINK_COLD,
            SweptOperation.REMOVE_DIRECTORY,
            SweptOperation.REMOVE_DIRECTORY_COLD,
            SweptOperation.MAKE_DIRECTORY,
            SweptOperation.MAKE_DIRECTORY_COLD,
            SweptOperation.CONNECT,
            SweptOperation.CONNECT_TO_A_PATH,
            SweptOperation.ACCEPT,
            SweptOperation.ACCEPT_ONE,
            SweptOperation.ACCEPT_SOCKETS);

    private interface Start {
        long run() throws Exception;
    }

    private SweepWorld world;
    private ResourceContainer full;
    private final Map<Resource, Allowance> taken = new LinkedHashMap<>();
    private final List<Runnable> atEnd = new ArrayList<>();

    @BeforeEach
    void fill() throws IOException {
        world = new SweepWorld(aio, root, directory);
        full = aio.root.child("full");
        for (final Resource resource : Resource.values()) {
            full.setLimit(resource, 1L);
            final Allowance all = aio.io.newAllowance(resource, 2L, 0L);
            assertThat(all.tryTake(1L, full)).isTrue();
            taken.put(resource, all);
        }
        world.charge(full);
    }

    private void end() {
        taken.values().forEach(all -> all.giveBack(1L, full));
        atEnd.forEach(Runnable::run);
        world.end();
        aio.assertNothingLeft();
        assertThat(aio.events.counters().staleCompletions()).isZero();
    }

    private AioFixture.Seen awaitEnd() {
        aio.runUntil(() -> ends().size() == 1);
        return ends().get(0);
    }

    private List<AioFixture.Seen> ends() {
        return aio.seen.stream()
                .filter(seen -> SweepWorld.TESTED.equals(seen.attachment()) && (seen.flags() & CqeFlags.F_MORE) == 0)
                .toList();
    }

    private void refuseNegativeTimes(long id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> aio.io.cancelAfter(id, -1L))
                .withMessageContaining("-1");
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {
                "FILE_WATCHES",
                "CACHED_OPEN",
                "DISCARD",
                "CLOSE_FILE",
                "CLOSE_SOCKET",
                "CLOSE_LISTENER",
                "CLOSE_GRACEFULLY"
            })
    void shouldEndWhatTheRingIsAskedFor(SweptOperation operation) throws Exception {
        assumeTrue(world.has(operation));
        final long id = world.start(operation);
        final boolean waits = aio.io.isWaiting(id);
        assertThat(waits || !WAITING.contains(operation)).as("waits").isTrue();
        refuseNegativeTimes(id);
        assertThat(aio.io.cancelAfter(id, 0L)).isTrue();

        final int result = awaitEnd().result();
        assertThat(waits && result != -Errno.ETIME).as("result %d", result).isFalse();
        assertThat(result == -Errno.ETIME || result >= 0)
                .as("result %d", result)
                .isTrue();
        end();
    }

    /** It has none: told at once; its event comes when the descriptor is closed. */
    @ParameterizedTest
    @EnumSource(names = {"CLOSE_FILE", "CLOSE_SOCKET", "CLOSE_LISTENER"})
    void shouldSayThatACloseHasNoDeadline(SweptOperation operation) throws Exception {
        final long id = world.start(operation);
        refuseNegativeTimes(id);
        assertThat(aio.io.cancelAfter(id, 0L)).isFalse();
        if (operation == SweptOperation.CLOSE_FILE) {
            aio.reapOnly();
            assertThat(aio.io.isWaiting(id)).isTrue();
            aio.expectSilence(SOON_NS);
        } else {
            assertThat(awaitEnd().result()).isZero();
        }
        taken.values().forEach(all -> all.giveBack(1L, full));
        taken.clear();
        assertThat(awaitEnd().result()).isZero();
        end();
    }

    private Map<String, Start> others() {
        final Map<String, Start> others = new LinkedHashMap<>();
        final String it = SweepWorld.TESTED;
        others.put("Allowance.take", () -> taken.get(Resource.CONNECTIONS).take(1L, full, it));
        others.put("BufferArena.lease", () -> aio.io.arena().lease(1, full, it));
        final BlockingWork work = aio.io.blockingWork();
        others.put("BlockingWork.call", () -> work.call(() -> "", full, it));
        others.put("BlockingWork.canonicalPath", () -> work.canonicalPath(directory, full, it));
        others.put("BlockingWork.hostAddresses", () -> work.hostAddresses("localhost", full, it));
        others.put("BlockingWork.list", () -> work.list(root, ".", DirectoryPage.BEGIN, full, it));
        final AsyncAttributes attributes = work.attributes();
        others.put("AsyncAttributes.names", () -> attributes.names(root, "a/b", full, it));
        others.put("AsyncAttributes.read", () -> attributes.read(root, "a/b", "user.x", full, it));
        others.put("AsyncAttributes.readLink", () -> attributes.readLink(root, "a/b", full, it));
        others.put("AsyncAttributes.remove", () -> attributes.remove(root, "a/b", "user.x", full, it));
        others.put("AsyncAttributes.setMode", () -> attributes.setMode(root, "a/b", 0700, full, it));
        others.put("AsyncAttributes.setOwner", () -> attributes.setOwner(root, "a/b", true, -1, -1, full, it));
        others.put("AsyncAttributes.setTimes", () -> attributes.setTimes(root, "a/b", true, null, null, full, it));
        others.put("AsyncAttributes.write", () -> attributes.write(root, "a/b", "user.x", new byte[1], full, it));
        others.put("AsyncFile.copyRange", () -> {
            final AsyncFile copy = aio.open(root, "copy", OpenOptions.READ_WRITE_CREATE);
            atEnd.add(() -> copy.close(aio.normal, "closed"));
            return copy.copyRange(0L, copy, 0L, 1, full, it);
        });
        others.put("ProcessEvents.awaitExit", () -> {
            final Process child = new ProcessBuilder("sleep", "60").start();
            atEnd.add(child::destroyForcibly);
            return aio.io.process().awaitExit(child, full, it);
        });
        others.put("ProcessEvents.awaitSignal", () -> aio.io.process().awaitSignal(List.of("USR2"), full, it));
        others.put("ProcessEvents.watchSignal", () -> aio.io.process().watchSignal("USR2", full, it));
        others.put("OpenFileCache.open", () -> {
            final OpenFileCache cache = aio.io.files().newOpenFileCache(root, 8, aio.normal, "cache");
            atEnd.add(cache::close);
            return cache.open("file", full, it);
        });
        others.put("FileWatch.start", () -> {
            final FileWatches watches = aio.io.files().newFileWatches(aio.normal, "watches");
            atEnd.add(watches::close);
            return watches.newWatch().start(root, Inotify.IN_CREATE, full, it);
        });
        others.put("SocketStream.receiveMessage", () -> silent().receiveMessage(buffers(100), 1, 0, full, it));
        others.put("SocketStream.receiveInto", () -> {
            final boolean picks = ReceiveBlocks.kernelCanPick(aio.io.port().features());
            return silent().receiveInto(aio.io.newReceiveBuffers(1, 4_096, picks), full, it);
        });
        others.put("SocketStream.receive", () -> silent().receive(buffers(100)[0], full, it));
        others.put("SocketStream.awaitReadiness", () -> silent().awaitReadiness(PollMask.POLLIN, full, it));
        others.put("SocketStream.sendMessage", () -> stuffed().sendMessage(buffers(100), 1, full, it));
        others.put("SocketStream.send", () -> stuffed().send(buffers(100)[0], full, it));
        others.put("SocketStream.sendQuietly", () -> stuffed().sendQuietly(given(100)[0], full, it));
        others.put("SocketStream.sendMessageQuietly", () -> stuffed().sendMessageQuietly(given(100), 1, full, it));
        return others;
    }

    /** A connection whose peer neither sends nor reads. */
    private AsyncSocket silent() {
        final int[] pair = Descriptors.socketPair();
        final AsyncSocket socket = aio.adopt(pair[0], "socket");
        atEnd.add(() -> {
            socket.discard();
            Descriptors.close(pair[1]);
        });
        return socket;
    }

    private AsyncSocket stuffed() {
        final AsyncSocket socket = silent();
        final IoBuffer filling = buffers(BufferArena.MAX_BLOCK_BYTES)[0];
        int result = 1;
        while (result > 0) {
            filling.bytes().clear();
            socket.sendSome(filling);
            result = aio.runOne().result();
        }
        assertThat(result).isEqualTo(-Errno.EAGAIN);
        return socket;
    }

    private IoBuffer[] buffers(int bytes) {
        final IoBuffer[] buffers = given(bytes);
        atEnd.add(buffers[0]::release);
        return buffers;
    }

    /** Whoever gets it releases it. */
    private IoBuffer[] given(int bytes) {
        final IoBuffer buffer = aio.io.arena().tryLease(bytes);
        buffer.bytes().limit(bytes);
        return new IoBuffer[] {buffer};
    }

    @Test
    void shouldEndWhateverElseHasAnId() throws Exception {
        for (final Map.Entry<String, Start> each : others().entrySet()) {
            aio.seen.clear();
            final long id = each.getValue().run();
            refuseNegativeTimes(id);
            assertThat(aio.io.cancelAfter(id, SOON_NS)).as(each.getKey()).isTrue();
            assertThat(awaitEnd().result()).as(each.getKey()).isEqualTo(-Errno.ETIME);
            refuseNegativeTimes(id);
        }
        end();
    }

    @Test
    void shouldHaveSeenEachOperationThereIs() {
        final Set<String> seen = new TreeSet<>(others().keySet());
        for (final SweptOperation operation : SweptOperation.values()) {
            seen.add(operation.method());
        }
        seen.removeAll(Set.of("AsyncFile.discard"));
        seen.addAll(Set.of("AsyncFile.sizeBytes", "OpenFileCache.close")); // no operation; closes what is closed above
        assertThat(seen).containsExactlyInAnyOrderElementsOf(SweptOperationsTest.operations());
        end();
    }
}
