// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.Priority;
import dev.sluice.events.Event;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.testing.OpenDescriptors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of several buffers, and descriptors on their way through Unix sockets, on the real kernel. */
class MessageIT {
    private static final int O_CLOEXEC = 02000000;

    private AioFixture aio;
    private AsyncSocket left;
    private AsyncSocket right;
    private final List<IoBuffer> leased = new ArrayList<>();

    @BeforeEach
    void open() {
        aio = new AioFixture();
        final int[] pair = Descriptors.socketPair();
        left = aio.adopt(pair[0], "left");
        right = aio.adopt(pair[1], "right");
    }

    @AfterEach
    void close() {
        aio.close();
    }

    private void assumeMessages() {
        assumeTrue(aio.io.port().features().supports(Opcode.SENDMSG), "the ring has no messages");
    }

    private void finish() {
        leased.forEach(IoBuffer::release);
        left.close();
        right.close();
        aio.runUntil(aio::isIdle);
        aio.assertNothingLeft();
    }

    private IoBuffer buffer(String text) {
        final IoBuffer buffer = empty(text.length());
        for (int i = 0; i < text.length(); i++) {
            buffer.bytes().put((byte) text.charAt(i));
        }
        buffer.bytes().flip();
        return buffer;
    }

    private IoBuffer empty(int lengthBytes) {
        final IoBuffer buffer = aio.io.arena().tryLease(Math.max(1, lengthBytes));
        leased.add(buffer);
        buffer.bytes().limit(lengthBytes);
        return buffer;
    }

    /** What was transferred: from the beginning to the position. */
    private static String text(IoBuffer buffer) {
        final ByteBuffer bytes = buffer.bytes();
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes.position(); i++) {
            text.append((char) bytes.get(i));
        }
        return text.toString();
    }

    private Event next() {
        return aio.events
                .dequeueNextEvents(1, Priority.IDLE, AioFixture.LIMIT_NS)
                .next();
    }

    @Test
    void shouldSendSeveralBuffersAsOneAndReceiveOneAsSeveral() {
        assumeMessages();
        final IoBuffer[] message = {buffer("header "), buffer(""), buffer("and body")};
        left.sendMessage(message, 3, aio.urgent, "sent");
        assertThat(aio.runOne()).isEqualTo(new Seen("sent", Opcode.SENDMSG, 15, 0));
        assertThat(message[0].bytes().hasRemaining()).isFalse();
        assertThat(message[2].bytes().hasRemaining()).isFalse();

        final IoBuffer[] pieces = {empty(4), empty(5), empty(100)};
        right.receiveMessage(pieces, 3, 0, aio.urgent, "received");

        assertThat(aio.runOne().result()).isEqualTo(15);
        assertThat(aio.seen.get(1).operation()).isEqualTo(Opcode.RECVMSG);
        assertThat(aio.seen.get(1).message()).isNull();
        assertThat(text(pieces[0]) + "|" + text(pieces[1]) + "|" + text(pieces[2]))
                .isEqualTo("head|er an|d body");
        assertThat(aio.urgent.usage().socketBytes()).isEqualTo(30);
        finish();
    }

    @Test
    void shouldTalkOverTcpToo() {
        assumeMessages();
        final AsyncListener listener =
                aio.io.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1, aio.normal, "listener");
        listener.accept();
        final AsyncSocket client = aio.io.newSocket();
        client.connect(listener.localAddress(), aio.normal, "client");
        AsyncSocket accepted = null;
        for (int i = 0; i < 2; i++) {
            final Event event = next();
            if (event.operation() == Opcode.ACCEPT) {
                accepted = aio.adopt(event.takeDescriptor(), "accepted");
            }
        }
        client.sendMessage(new IoBuffer[] {buffer("ab"), buffer("cd")}, 2, aio.normal, "sent");
        final IoBuffer[] pieces = {empty(1), empty(10)};
        accepted.receiveMessage(pieces, 2, 5, aio.normal, "received");

        aio.run(2);

        assertThat(text(pieces[0]) + text(pieces[1])).isEqualTo("abcd");
        client.close();
        accepted.close();
        listener.close();
        finish();
    }

    /** More than the socket holds: the kernel, or we, go on where it stopped. */
    @Test
    void shouldSendAllOfAGreatMessageToASlowReader() {
        assumeMessages();
        final int blockBytes = BufferArena.MAX_BLOCK_BYTES;
        final IoBuffer[] message = new IoBuffer[16];
        for (int i = 0; i < message.length; i++) {
            message[i] = empty(blockBytes);
            for (int at = 0; at < blockBytes; at++) {
                message[i].bytes().put(ReceiveFixture.byteAt((long) i * blockBytes + at));
            }
            message[i].bytes().flip();
        }
        final int totalBytes = message.length * blockBytes;
        left.sendMessage(message, message.length, aio.normal, "sent");
        final IoBuffer piece = empty(10_000);
        int received = 0;
        while (received < totalBytes) {
            piece.bytes().clear();
            final int before = aio.seen.size();
            right.receive(piece, aio.normal, "piece");
            aio.runUntil(() -> aio.seen.stream().skip(before).anyMatch(seen -> "piece".equals(seen.attachment())));
            for (int i = 0; i < piece.bytes().position(); i++) {
                if (piece.bytes().get(i) != ReceiveFixture.byteAt(received + i)) {
                    throw new AssertionError("byte " + (received + i) + " is another");
                }
            }
            received += piece.bytes().position();
        }
        aio.runUntil(() -> aio.seen.contains(new Seen("sent", Opcode.SENDMSG, totalBytes, 0)));
        finish();
    }

    private static boolean isCloseOnExec(int fd) throws IOException {
        final String flags = Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd)).stream()
                .filter(line -> line.startsWith("flags:"))
                .findFirst()
                .orElseThrow();
        return (Integer.parseInt(flags.substring("flags:".length()).trim(), 8) & O_CLOEXEC) != 0;
    }

    private void sendDescriptors(int... descriptors) {
        left.sendMessage(new IoBuffer[] {buffer("x")}, 1, descriptors, descriptors.length, aio.normal, "sent");
        assertThat(aio.runOne()).isEqualTo(new Seen("sent", Opcode.SENDMSG, 1, 0));
    }

    private long receiveDescriptors(int most) {
        return right.receiveMessage(new IoBuffer[] {empty(10)}, 1, most, aio.normal, "received");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 253})
    void shouldPassDescriptorsOn(int count) throws IOException {
        assumeMessages();
        final int eventFd = Descriptors.eventFd();
        final int[] descriptors = new int[count];
        Arrays.fill(descriptors, eventFd);
        sendDescriptors(descriptors);
        receiveDescriptors(count);

        final Event event = next();
        final ReceivedDescriptors received = (ReceivedDescriptors) event.message();
        assertThat(event.result()).isEqualTo(1);
        assertThat(received.count()).isEqualTo(count);
        assertThat(received.isTruncated()).isFalse();
        for (int i = 0; i < count; i++) {
            final int mine = received.take(i);
            assertThat(isCloseOnExec(mine)).isTrue();
            Descriptors.signalEventFd(mine);
            Descriptors.close(mine);
        }
        assertThatIllegalStateException().isThrownBy(() -> received.take(0)).withMessageContaining("taken already");
        assertThatThrownBy(() -> received.take(count)).isInstanceOf(IndexOutOfBoundsException.class);

        assertThat(Descriptors.drainEventFd(eventFd)).isEqualTo(count);
        Descriptors.close(eventFd);
        finish();
    }

    @Test
    void shouldCloseDescriptorsThatNobodyTakes() throws IOException {
        assumeMessages();
        final int eventFd = Descriptors.eventFd();
        aio.reapOnly(); // an emulated ring has a duplicate of what the queue polls from the first enter on
        final List<String> before = OpenDescriptors.now();
        sendDescriptors(eventFd, eventFd, eventFd);
        receiveDescriptors(3);
        final int taken = ((ReceivedDescriptors) next().message()).take(1);
        aio.expectSilence(1_000_000L);
        assertThat(OpenDescriptors.since(before)).singleElement().asString().startsWith(taken + " ");
        Descriptors.close(taken);

        // Received, but not handed out before the close.
        sendDescriptors(eventFd);
        receiveDescriptors(1);
        while (aio.events.counters().signalled() == 0) {
            aio.reapOnly();
        }
        right.close();
        assertThat(aio.run(2)).extracting(Seen::result).containsExactly(1, 0);
        aio.expectSilence(1_000_000L);
        assertThat(OpenDescriptors.since(before)).isEmpty();

        Descriptors.close(eventFd);
        left.close();
        aio.runOne();
    }

    @Test
    void shouldCloseDescriptorsWithTheQueue() throws IOException {
        assumeMessages();
        final int eventFd = Descriptors.eventFd();
        final List<String> before;
        try (AioFixture other = new AioFixture()) {
            aio.reapOnly();
            before = OpenDescriptors.now();
            final AsyncSocket its = other.io.newSocket();
            final int[] pair = Descriptors.socketPair();
            its.adopt(pair[0], other.normal, "its");
            final AsyncSocket sender = aio.adopt(pair[1], "sender");
            sender.sendMessage(new IoBuffer[] {buffer("x")}, 1, new int[] {eventFd}, 1, aio.normal, "sent");
            aio.runOne();
            its.receiveMessage(new IoBuffer[] {other.io.arena().tryLease(10)}, 1, 1, other.normal, "received");
            while (other.events.counters().signalled() == 0) {
                other.reapOnly();
            }
            assertThat(OpenDescriptors.since(before)).anyMatch(open -> open.contains("eventfd"));
            sender.close();
            aio.runOne();
        }
        assertThat(OpenDescriptors.since(before)).isEmpty();
        Descriptors.close(eventFd);
        finish();
    }

    @Test
    void shouldTellThatDescriptorsDidNotFitAndLoseNone() throws IOException {
        assumeMessages();
        final int eventFd = Descriptors.eventFd();
        aio.reapOnly(); // an emulated ring has a duplicate of what the queue polls from the first enter on
        final List<String> before = OpenDescriptors.now();
        sendDescriptors(eventFd, eventFd, eventFd, eventFd, eventFd);
        receiveDescriptors(2);
        final ReceivedDescriptors received = (ReceivedDescriptors) next().message();
        assertThat(received.count()).isEqualTo(2);
        assertThat(received.isTruncated()).isTrue();
        aio.expectSilence(1_000_000L);
        assertThat(OpenDescriptors.since(before)).isEmpty();

        sendDescriptors(eventFd);
        receiveDescriptors(0);
        assertThat(next().message()).isNull();
        sendDescriptors(eventFd);
        right.receive(empty(1));
        assertThat(aio.runOne().result()).isEqualTo(1);
        assertThat(OpenDescriptors.since(before)).isEmpty();
        Descriptors.close(eventFd);
        finish();
    }

    @Test
    void shouldEndWhenCancelledClosedOrAtTheEnd() {
        assumeMessages();
        final long id = receiveDescriptors(3);
        aio.reapOnly();
        assertThat(aio.io.cancel(id)).isTrue();
        final Seen cancelled = aio.runOne();
        assertThat(cancelled.result()).isEqualTo(-Errno.ECANCELED);
        assertThat(((ReceivedDescriptors) cancelled.message()).count()).isZero();

        aio.io.cancelAfter(receiveDescriptors(0), 1_000_000L);
        assertThat(aio.runOne()).isEqualTo(new Seen("received", Opcode.RECVMSG, -Errno.ETIME, 0));

        left.shutdown(SocketFlags.SHUT_WR);
        aio.runOne();
        receiveDescriptors(0);
        assertThat(aio.runOne()).isEqualTo(new Seen("received", Opcode.RECVMSG, 0, 0));
        finish();
    }

    @Test
    void shouldSayWhatTheKernelRefuses() {
        assumeMessages();
        final int[] pipe = Descriptors.pipe();
        Descriptors.close(pipe[0]);
        Descriptors.close(pipe[1]);
        left.sendMessage(new IoBuffer[] {buffer("x")}, 1, new int[] {pipe[0]}, 1, aio.normal, "sent");
        assertThat(aio.runOne()).isEqualTo(new Seen("sent", Opcode.SENDMSG, -Errno.EBADF, 0));
        right.close();
        aio.runOne();
        left.sendMessage(new IoBuffer[] {buffer("x")}, 1, aio.normal, "sent");
        assertThat(aio.runOne()).isEqualTo(new Seen("sent", Opcode.SENDMSG, -Errno.EPIPE, 0));
        left.close();
        aio.runOne();
        leased.forEach(IoBuffer::release);
        aio.assertNothingLeft();
    }

    @Test
    void shouldSendOrSayThatTheRingHasNoMessages() {
        final boolean known = aio.io.port().features().supports(Opcode.SENDMSG);
        left.sendMessage(new IoBuffer[] {buffer("x")}, 1, aio.normal, "sent");
        assertThat(aio.runOne()).isEqualTo(new Seen("sent", Opcode.SENDMSG, known ? 1 : -Errno.EOPNOTSUPP, 0));
        finish();
    }

    @Test
    void shouldRefuseMisuseAndLeaveTheBuffersToTheCaller() {
        final IoBuffer one = buffer("1");
        final IoBuffer two = buffer("2");
        assertThatIllegalStateException()
                .isThrownBy(() -> left.sendMessage(new IoBuffer[] {one, two, one}, 3, aio.normal, null))
                .withMessageContaining("using the buffer already");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> left.sendMessage(new IoBuffer[] {one}, 0, aio.normal, null))
                .withMessageContaining("count=0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> left.sendMessage(new IoBuffer[65], 65, aio.normal, null))
                .withMessageContaining("count=65");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> left.sendMessage(new IoBuffer[] {one}, 65, aio.normal, null))
                .withMessageContaining("count=65");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> left.sendMessage(new IoBuffer[] {one}, 1, new int[1], 0, aio.normal, null))
                .withMessageContaining("1..253: 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> left.receiveMessage(new IoBuffer[] {one}, 1, 254, aio.normal, null))
                .withMessageContaining("0..253: 254");
        assertThatThrownBy(() -> left.sendMessage(new IoBuffer[] {one}, 2, aio.normal, null))
                .isInstanceOf(IndexOutOfBoundsException.class);
        two.bytes().limit(0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> left.receiveMessage(new IoBuffer[] {two}, 1, 0, aio.normal, null))
                .withMessageContaining("nothing remaining");
        assertThat(one.bytes().remaining()).isEqualTo(1);
        finish();
        assertThatIllegalStateException()
                .isThrownBy(() -> left.sendMessage(new IoBuffer[] {one}, 1, aio.normal, null))
                .withMessageContaining("not open");
    }
}
