// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.RingException;
import dev.sluice.uring.RingRegistration;
import dev.sluice.uring.linux.Errno;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a ring is asked for memory's sake, and when no more. */
class RegisteredBuffersTest {
    private static final int MOST = 16_384;

    private final List<String> calls = new ArrayList<>();
    private String refused = "";
    private int errno = Errno.ENOMEM;
    private final RegisteredBuffers buffers = new RegisteredBuffers(registration());

    private RingRegistration registration() {
        return (RingRegistration) Proxy.newProxyInstance(
                RingRegistration.class.getClassLoader(),
                new Class<?>[] {RingRegistration.class},
                (proxy, method, arguments) -> {
                    calls.add(method.getName() + (arguments == null ? "[]" : Arrays.toString(arguments)));
                    if (method.getName().equals(refused)) {
                        throw new RingException(refused + " " + Errno.name(errno), errno);
                    }
                    return null;
                });
    }

    @Test
    void shouldRegisterTheTableWithTheFirstBufferAndCountUp() {
        assertThat(calls).isEmpty();

        assertThat(buffers.register(4_096L, 100)).isZero();
        assertThat(buffers.register(8_192L, 200)).isEqualTo(1);

        assertThat(calls)
                .containsExactly(
                        "registerBufferTable[" + MOST + "]",
                        "registerBuffer[0, 4096, 100]",
                        "registerBuffer[1, 8192, 200]");
    }

    @Test
    void shouldUnregisterOnceIfThereIsATable() {
        buffers.close();
        assertThat(calls).isEmpty();

        buffers.register(4_096L, 100);
        buffers.close();
        buffers.close();

        assertThat(calls).hasSize(3).endsWith("unregisterBuffers[]");
    }

    @Test
    void shouldAskNoMoreAfterARefusalOfABufferAndKeepWhatThereIs() {
        buffers.register(4_096L, 100);
        refused = "registerBuffer";

        assertThat(buffers.register(8_192L, 100)).isEqualTo(RegisteredBuffers.NONE);
        refused = "";
        assertThat(buffers.register(8_192L, 100)).isEqualTo(RegisteredBuffers.NONE);

        assertThat(calls).hasSize(3);
        buffers.close();
        assertThat(calls).endsWith("unregisterBuffers[]");
    }

    @Test
    void shouldAskNoMoreAfterARefusalOfTheTable() {
        refused = "registerBufferTable";
        errno = Errno.EOPNOTSUPP;

        assertThat(buffers.register(4_096L, 100)).isEqualTo(RegisteredBuffers.NONE);
        assertThat(buffers.register(4_096L, 100)).isEqualTo(RegisteredBuffers.NONE);
        buffers.close();

        assertThat(calls).containsExactly("registerBufferTable[" + MOST + "]");
    }

    @Test
    void shouldAskForNoMoreThanARingTakes() {
        for (int i = 0; i < MOST; i++) {
            assertThat(buffers.register(4_096L * i, 100)).isEqualTo(i);
        }

        assertThat(buffers.register(0L, 100)).isEqualTo(RegisteredBuffers.NONE);

        assertThat(calls).hasSize(1 + MOST);
    }
}
