// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
import dev.sluice.events.EventLoop;
import dev.sluice.events.EventLoopOptions;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.linux.SocketFlags;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Goal: whatever is started can have its event handled by a lambda, and whatever is declared holds for all that names nothing else. */
class HandledByIT extends FileTests {
    private static final long LATE_NS = 10_000_000_000L;

    private final List<String> handled = new ArrayList<>();
    private EventLoop loop;
    private AsyncFile file;
    private AsyncSocket socket;
    private AsyncSocket peer;
    private IoBuffer buffer;

    @BeforeEach
    void openAll() throws Exception {
        AioFixture.writeFile(directory.resolve("file"), 10_000);
        file = aio.open(root, "file", OpenOptions.READ_WRITE_CREATE);
        final int[] pair = Descriptors.socketPair();
        socket = aio.adopt(pair[0], "socket");
        peer = aio.adopt(pair[1], "peer");
        buffer = aio.io.arena().tryLease(4_096);
        loop = new EventLoop(
                aio.events,
                EventLoopOptions.defaults().withHandler(event -> handled.add(event.attachment() + " by nobody")));
    }

    /** A handler that writes down what it was called for, and stops the loop. */
    private EventHandler last(String name) {
        return event -> {
            handled.add(name + ":" + Opcode.name(event.operation()) + "=" + event.result() + " for "
                    + event.container().name());
            loop.stop();
        };
    }

    private void closeAll() {
        file.declareInterest(aio.normal, "closed");
        for (final AsyncDescriptor each : List.of(file, socket, peer)) {
            if (each.isOpen()) {
                each.close();
            }
        }
        aio.runUntil(aio::isIdle);
        buffer.release();
        aio.assertNothingLeft();
    }

    @Test
    void shouldCallTheLambdaThatAnOperationWasStartedWith() {
        file.handledBy(event -> last("read").handle(event)).read(buffer, 0L);

        loop.run();

        assertThat(handled).containsExactly("read:READ=4096 for normal");
        closeAll();
    }

    @Test
    void shouldChargeTheContainerThatWasNamedWithTheLambda() {
        final AsyncFile urgently = file.handledBy(last("read"), aio.urgent);
        urgently.read(buffer, 0L);
        loop.run();

        assertThat(handled).containsExactly("read:READ=4096 for urgent");
        assertThat(aio.urgent.usage().events()).isEqualTo(1L);
        closeAll();
    }

    @Test
    void shouldTakeALambdaWhereThereIsNoOpenDescriptor() {
        final List<Object> attachments = new ArrayList<>();
        final AsyncFile fresh = aio.io.newFile();
        final AsyncSocket freshSocket = aio.io.newSocket();
        final AsyncListener listener =
                aio.io.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1, aio.normal, event -> {});
        final Map<String, LongSupplier> starts = new LinkedHashMap<>();
        starts.put("open", () -> fresh.open(root, "file", OpenOptions.READ, aio.normal, event -> {}));
        starts.put("connect", () -> freshSocket.connect(listener.localAddress(), aio.normal, event -> {}));
        starts.put("statx", () -> aio.io.paths().statx(root, "file", true, new FileStatus(), aio.normal, event -> {}));
        starts.put("rename", () -> aio.io.paths().rename(root, "file", "renamed", 0, aio.normal, event -> {}));
        starts.put("link", () -> aio.io.paths().link(root, "renamed", "file", aio.normal, event -> {}));
        starts.put("symlink", () -> aio.io.paths().symlink("file", root, "symlink", aio.normal, event -> {}));
        starts.put("unlink", () -> aio.io.paths().unlink(root, "symlink", aio.normal, event -> {}));
        starts.put("makeDirectory", () -> aio.io.paths().makeDirectory(root, "made", 0700, aio.normal, event -> {}));
        starts.put("removeDirectory", () -> aio.io.paths().removeDirectory(root, "made", aio.normal, event -> {}));
        starts.put("call", () -> aio.io.blockingWork().call(() -> 1, aio.normal, event -> {}));
        starts.put("list", () -> aio.io.blockingWork().list(root, ".", 0L, aio.normal, event -> {}));
        starts.put("canonicalPath", () -> aio.io.blockingWork().canonicalPath(directory, aio.normal, event -> {}));
        starts.put("hostAddresses", () -> aio.io.blockingWork().hostAddresses("127.0.0.1", aio.normal, event -> {}));
        starts.forEach((name, start) -> {
            assertThat(start.getAsLong()).as(name).isNotNegative();
            final Seen event = aio.runOne();
            assertThat(event.result()).as(name).isNotNegative();
            attachments.add(event.attachment());
        });

        assertThat(attachments).hasSameSizeAs(starts.keySet()).allMatch(EventHandler.class::isInstance);
        fresh.close();
        freshSocket.close();
        listener.close();
        closeAll();
    }

    /** Callers that pass null, or a variable of any type, compile and mean what they meant. */
    @Test
    void shouldStillTakeNullAndAnyObjectForAnAttachment() {
        final Object text = "text";
        final EventHandler handler = event -> {};
        aio.io.paths().statx(root, "file", true, new FileStatus(), aio.normal, null);
        assertThat(aio.runOne().attachment()).isNull();
        aio.io.paths().statx(root, "file", true, new FileStatus(), aio.normal, text);
        assertThat(aio.runOne().attachment()).isSameAs(text);
        aio.io.paths().statx(root, "file", true, new FileStatus(), aio.normal, handler);
        assertThat(aio.runOne().attachment()).isSameAs(handler);
        closeAll();
    }

    @Test
    void shouldUseWhatIsDeclaredForEachShortForm() {
        final IoBuffer second = aio.io.arena().tryLease(4_096);
        final IoBuffer[] both = {buffer, second};
        final Map<String, LongSupplier> ofFile = new LinkedHashMap<>();
        ofFile.put("read", () -> file.read(buffer, 0L));
        ofFile.put("readFully", () -> file.readFully(buffer, 0L));
        ofFile.put("write", () -> file.write(buffer, 0L));
        ofFile.put("writeFully", () -> file.writeFully(buffer, 0L));
        ofFile.put("readv", () -> file.read(both, 0L));
        ofFile.put("readvFully", () -> file.readFully(both, 0L));
        ofFile.put("writev", () -> file.write(both, 0L));
        ofFile.put("writevFully", () -> file.writeFully(both, 0L));
        ofFile.put("fsync", () -> file.fsync());
        ofFile.put("fdatasync", () -> file.fdatasync());
        ofFile.put("allocate", () -> file.allocate(0, 0L, 10L));
        ofFile.put("truncate", () -> file.truncate(20_000L));
        ofFile.put("advise", () -> file.advise(0, 0L, 0));
        ofFile.put("statx", () -> file.statx());
        final Map<String, LongSupplier> ofSocket = new LinkedHashMap<>();
        ofSocket.put("send", () -> socket.send(buffer));
        ofSocket.put("sendSome", () -> socket.sendSome(buffer));
        ofSocket.put("awaitReadiness", () -> socket.awaitReadiness(PollMask.POLLOUT));
        ofSocket.put("sendFile", () -> socket.sendFile(file, 0L, buffer));
        ofSocket.put("sendMessage", () -> socket.sendMessage(both, 2));
        ofSocket.put("sendDescriptors", () -> socket.sendMessage(both, 2, new int[] {file.fd()}, 1));
        ofSocket.put("receive", () -> peer.receive(buffer));
        ofSocket.put("receiveMessage", () -> peer.receiveMessage(both, 2, 1));
        ofSocket.put("shutdown", () -> socket.shutdown(SocketFlags.SHUT_WR));
        file.declareInterest(aio.urgent, "declared");
        socket.declareInterest(aio.urgent, "declared");
        peer.declareInterest(aio.urgent, "declared");
        ofFile.putAll(ofSocket);
        ofFile.forEach((name, start) -> {
            buffer.bytes().clear().limit(100);
            second.bytes().clear().limit(100);
            assertThat(start.getAsLong()).as(name).isNotNegative();
            final Event event =
                    aio.events.dequeueNextEvents(1, 0, AioFixture.LIMIT_NS).next();
            assertThat(event.attachment()).as(name).isEqualTo("declared");
            assertThat(event.container()).as(name).isSameAs(aio.urgent);
            // FTRUNCATE came with Linux 6.9.
            assertThat(event.result()).as(name).matches(result -> result >= 0 || result == -Errno.EOPNOTSUPP);
        });
        second.release();
        closeAll();
    }

    @Test
    void shouldHandTheCloseToTheLambdaAlsoFromWithinAnother() {
        final IoBuffer sent = aio.io.arena().tryLease(100);
        sent.bytes().limit(100);
        socket.handledBy(event -> {
                    handled.add("received " + event.result());
                    socket.handledBy(last("closed")).close();
                })
                .receive(buffer);
        peer.handledBy(event -> sent.release()).send(sent);

        loop.run();

        assertThat(handled).containsExactly("received 100", "closed:CLOSE=0 for normal");
        assertThat(socket.isOpen()).isFalse();
        closeAll();
    }

    @Test
    void shouldGoWithTheFileThatTheObjectIsOpenedForNext() {
        final AsyncFile read = file.handledBy(last("read"));
        aio.close(file);
        assertThat(read.isOpen()).isFalse();
        file.open(root, "file", OpenOptions.READ, aio.bulk, "opened");
        aio.runOne();

        read.read(buffer, 9_000L);
        loop.run();

        assertThat(handled).containsExactly("read:READ=1000 for bulk");
        assertThat(read.status().sizeBytes()).isEqualTo(10_000L);
        closeAll();
    }

    @Test
    void shouldTellTheLambdaOfACancellationAndOfADeadline() {
        final AsyncSocket told = socket.handledBy(event -> handled.add(event.errnoName()));
        final long cancelled = told.receive(buffer);
        aio.reapOnly();
        aio.io.cancel(cancelled);
        aio.dispatchUntil(() -> handled.size() == 1);
        aio.io.cancelAfter(told.receive(buffer), 1_000_000L);
        aio.dispatchUntil(() -> handled.size() == 2);
        aio.io.cancelAfter(told.receive(buffer), LATE_NS);
        socket.close();
        aio.dispatchUntil(() -> handled.size() == 3);

        assertThat(handled).containsExactly("ECANCELED", "ETIME", "ECANCELED");
        closeAll();
    }
}
