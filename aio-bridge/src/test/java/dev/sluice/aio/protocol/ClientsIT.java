// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.IoBuffer;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who a client is, and to which class it belongs. */
@Timeout(60)
class ClientsIT {
    @TempDir
    Path directory;

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private InetSocketAddress address;
    private RunningServer running;
    private ResourceContainer guests;
    private ResourceContainer staff;

    @AfterEach
    void end() {
        running.close();
    }

    private String nextTold() throws InterruptedException {
        return told.poll(20, TimeUnit.SECONDS);
    }

    /** Tells who it is at its beginning and at its end. */
    private final class Telling extends Connection {
        Telling(Link link) {
            super(link);
            told.add("made for " + link.peerAddress());
        }

        @Override
        protected void received(IoBuffer block) {
            block.release();
        }

        @Override
        protected void released() {
            told.add("released " + peerAddress());
        }
    }

    @Test
    void shouldKnowItsPeerFromTheBeginningToTheEnd() throws Exception {
        running = new RunningServer(
                AsyncIoOptions.defaults(), server -> address = RunningServer.listen(server, 10, Telling::new));
        final SocketAddress client;
        try (Socket socket = RunningServer.connect(address)) {
            client = socket.getLocalSocketAddress();
            assertThat(nextTold()).isEqualTo("made for " + client);
        }
        assertThat(nextTold()).isEqualTo("released " + client);
    }

    @Test
    void shouldKnowAPeerThatHadGoneBeforeItWasLetIn() throws Exception {
        final CountDownLatch gone = new CountDownLatch(1);
        running = new RunningServer(
                AsyncIoOptions.defaults(),
                server -> address = RunningServer.listen(server, 10, link -> {
                    try {
                        gone.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return new Telling(link);
                }));
        final SocketAddress first;
        final SocketAddress second;
        try (Socket one = RunningServer.connect(address);
                Socket two = RunningServer.connect(address)) {
            first = one.getLocalSocketAddress();
            second = two.getLocalSocketAddress();
            one.setSoLinger(true, 0); // resets
            two.setSoLinger(true, 0);
        }
        gone.countDown();
        assertThat(nextTold()).isEqualTo("made for " + first);
        assertThat(List.of(nextTold(), nextTold()))
                .containsExactlyInAnyOrder("made for " + second, "released " + first);
        assertThat(nextTold()).isEqualTo("released " + second);
    }

    @Test
    void shouldKnowThatAUnixPeerHasNoPath() throws Exception {
        final UnixDomainSocketAddress path = UnixDomainSocketAddress.of(directory.resolve("socket"));
        running = new RunningServer(
                AsyncIoOptions.defaults(), server -> server.listen(path, server.container(), Telling::new));
        try (SocketChannel client = SocketChannel.open(path)) {
            assertThat(client.isConnected()).isTrue();
            assertThat(nextTold()).isEqualTo("made for " + UnixDomainSocketAddress.of(""));
        }
        assertThat(nextTold()).isEqualTo("released " + UnixDomainSocketAddress.of(""));
    }

    /** A guest until it says who it is. */
    private final class Member extends FramedConnection {
        Member(Link link) {
            super(link, new LineFrames(64));
        }

        @Override
        protected void frame(ByteBuffer line) {
            final String text = UTF_8.decode(line).toString();
            if (text.equals("login")) {
                container().setParent(staff);
            }
            told.add(container().path() + " " + container().effectivePriority() + "; " + descriptors());
        }

        @Override
        protected void released() {
            told.add("staff " + staff.usage().descriptors());
        }

        private String descriptors() {
            return "guests " + guests.usage().descriptors() + ", staff "
                    + staff.usage().descriptors();
        }
    }

    private static void say(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\n").getBytes(UTF_8));
    }

    @Test
    void shouldMoveToAnotherClassWithWhatItHas() throws Exception {
        running = new RunningServer(AsyncIoOptions.defaults(), server -> {
            guests = server.container().child("guests", Priority.LOW);
            staff = server.container().child("staff", Priority.HIGH);
            address = server.listen(RunningServer.ANY_PORT, guests, 1, Member::new);
        });
        final String asGuest =
                "server/guests/client " + Priority.LOW + "; guests 2, staff 0"; // the listener is the guests'
        final String asStaff = "server/staff/client " + Priority.HIGH + "; guests 1, staff 1";
        try (Socket socket = RunningServer.connect(address)) {
            say(socket, "hello");
            assertThat(nextTold()).isEqualTo(asGuest);
            say(socket, "login");
            assertThat(nextTold()).isEqualTo(asStaff);
            say(socket, "hello");
            assertThat(nextTold()).isEqualTo(asStaff);
        }
        assertThat(nextTold()).isEqualTo("staff 0");
        try (Socket socket =
                RunningServer.connect(address)) { // the door's bound is that of its sockets, whosever they are
            say(socket, "hello");
            assertThat(nextTold()).isEqualTo(asGuest);
        }
        assertThat(nextTold()).isEqualTo("staff 0");
        assertThat(guests.usage().socketBytes()).isEqualTo("hello\nlogin\nhello\n".length());
        assertThat(staff.usage().socketBytes()).isEqualTo("hello\n".length());
    }
}
