// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.uring.sys.SocketAddressLayout;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SocketAddressesTest {
    private final ByteBuffer memory =
            ByteBuffer.allocate(SocketAddresses.MAX_BYTES).order(ByteOrder.nativeOrder());

    @Test
    void shouldWriteARelativePathAsItIsWhenItsAbsoluteOneIsTooLong() {
        final String path = "a".repeat(107);

        final int length = SocketAddresses.write(memory, 0, UnixDomainSocketAddress.of(path));

        assertThat(pathOf(length)).isEqualTo((path + "\0").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldWriteBytesThatAreNoUtf8() {
        final Path path = Path.of(URI.create("file:///absent/%C3%BC%FF"));

        final int length = SocketAddresses.write(memory, 0, UnixDomainSocketAddress.of(path));

        assertThat(pathOf(length)).endsWith(0xc3, 0xbc, 0xff, 0);
        assertThat(SocketAddresses.read(memory, 0, length)).isEqualTo(UnixDomainSocketAddress.of(path));
    }

    @Test
    void shouldRefuseAPathThatIsTooLongOrEmpty() {
        final UnixDomainSocketAddress longer = UnixDomainSocketAddress.of("a".repeat(108));
        assertThatThrownBy(() -> SocketAddresses.write(memory, 0, longer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("path of a socket longer than 107 bytes: " + longer);

        assertThatThrownBy(() -> SocketAddresses.write(memory, 0, UnixDomainSocketAddress.of("")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("path of a socket must not be empty");
    }

    private byte[] pathOf(int length) {
        final byte[] path = new byte[length - SocketAddressLayout.UNIX_PATH];
        memory.get(SocketAddressLayout.UNIX_PATH, path);
        return path;
    }
}
