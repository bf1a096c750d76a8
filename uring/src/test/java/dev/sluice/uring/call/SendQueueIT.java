// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class SendQueueIT {
    private static final int MANY_BYTES = 1 << 16;

    @Test
    void shouldCountWhatThePeerHasNotTakenUntilTheConnectionIsReset() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Memory bytes = new Memory(MANY_BYTES)) {
            server.setReceiveBufferSize(4096);
            final int fd = Sockets.connect((InetSocketAddress) server.getLocalSocketAddress());
            try {
                final Socket peer = server.accept();
                assertThat(SendQueue.unackedBytes(fd)).isZero();
                assertThat(Descriptors.write(fd, Pointer.nativeValue(bytes), MANY_BYTES))
                        .isEqualTo(MANY_BYTES);
                assertThat(SendQueue.unackedBytes(fd)).isPositive(); // more than the peer has room for

                peer.setSoLinger(true, 0);
                peer.close();

                await().until(() -> SendQueue.unackedBytes(fd) == 0);
            } finally {
                Descriptors.close(fd);
            }
        }
    }
}
