// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.OpenFlags;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All memory that can be leased is held for peers that do not read, and everybody goes on with what needs none of it. */
class FullArenaIT extends FileTests {
    private static final int PAGE_BYTES = 4096;
    private static final int SLABS = 4;

    private final List<Long> started = new ArrayList<>();
    private AsyncFile file;
    private AsyncSocket[] ends;
    private SocketAddress path;
    private SocketAddress port;

    @Override
    AioFixture newFixture() {
        return new AioFixture(AsyncIoOptions.defaults().withArenaBytes((long) SLABS * BufferArena.MAX_BLOCK_BYTES, 0L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"urgent", "normal", "bulk"})
    void shouldStartWhateverNeedsNoBufferWhileSlowReadersHoldThemAll(String band) throws IOException {
        final ResourceContainer container =
                band.equals("urgent") ? aio.urgent : band.equals("bulk") ? aio.bulk : aio.normal;
        AioFixture.writeFile(directory.resolve("file"), 10_000);
        file = aio.open(root, "file", OpenOptions.READ.withFlags(OpenFlags.O_RDWR));
        ends = socketPair();
        path = UnixDomainSocketAddress.of(directory.resolve("socket"));
        aio.io.listen(path, 16, aio.normal, "listener");
        port = aio.io
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16, aio.normal, "listener")
                .localAddress();
        final IoBuffer[] own = new IoBuffer[6];
        for (int i = 0; i < own.length; i++) {
            own[i] = lease(PAGE_BYTES);
            own[i].bytes().limit(100);
        }
        leaseTheRestForSlowReaders();

        for (int round = 0; round < 3; round++) { // none of them is in use the second time
            startAll(container, own, "moved" + round);
            final List<Seen> ended = aio.run(started.size());
            assertThat(started).doesNotContain(-1L).doesNotHaveDuplicates();
            assertThat(ended).allMatch(seen -> seen.result() >= 0);
            started.clear();
        }
    }

    private void startAll(ResourceContainer container, IoBuffer[] own, String name) {
        for (final IoBuffer buffer : own) {
            buffer.bytes().position(0);
        }
        file.declareInterest(container, "statx");
        started.add(file.statx());
        started.add(file.read(new IoBuffer[] {own[0], own[1]}, 0L, container, "readv"));
        started.add(ends[0].sendMessage(new IoBuffer[] {own[2], own[3]}, 2, container, "sendmsg"));
        started.add(ends[1].receiveMessage(new IoBuffer[] {own[4], own[5]}, 2, 1, container, "recvmsg"));
        started.add(aio.io.newSocket().connect(path, container, "connect"));
        started.add(aio.io.newSocket().connect(port, container, "connect"));
        started.add(aio.io.newFile().open(root, "file", OpenOptions.READ, container, "open"));
        final AsyncPaths paths = aio.io.paths();
        started.add(paths.statx(root, "file", true, new FileStatus(), container, "statx"));
        started.add(paths.link(root, "file", name, container, "link"));
        started.add(paths.makeDirectory(root, "of " + name, 0700, container, "mkdir"));
    }

    private AsyncSocket[] socketPair() {
        final int[] fds = Descriptors.socketPair();
        return new AsyncSocket[] {aio.adopt(fds[0], "socket"), aio.adopt(fds[1], "peer")};
    }

    /** In sends that do not end, as far as blocks are large enough to fill a socket. */
    private void leaseTheRestForSlowReaders() {
        for (int bytes = BufferArena.MAX_BLOCK_BYTES; bytes >= PAGE_BYTES; bytes /= 4) {
            for (IoBuffer block = lease(bytes); block != null; block = lease(bytes)) {
                if (bytes == BufferArena.MAX_BLOCK_BYTES) {
                    socketPair()[0].send(block, aio.bulk, "slow");
                }
            }
        }
        aio.reapOnly();
    }

    private IoBuffer lease(int bytes) {
        return aio.io.arena().tryLease(bytes, aio.bulk);
    }
}
