// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.linux.Errno;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RootWalkTest {
    private static final int NO_INOTIFY = -1;

    /** Else its watcher would wait for it, and tell nothing any more. */
    @Test
    void shouldSayThatItFoundNothingOutWhenThereIsNoMemory() {
        final RootWalk walk = RootWalk.of(pathThrowing(Errno.unchecked("mmap", Errno.ENOMEM)), NO_INOTIFY);

        assertThat(walk.hasFailed()).isTrue();
        assertThat(walk.result()).isEqualTo(-Errno.ENOMEM);
        assertThat(walk.root()).isNull();
        assertThat(RootWalk.of(pathThrowing(new OutOfMemoryError()), NO_INOTIFY).hasFailed())
                .isTrue();
    }

    private static Path pathThrowing(Throwable failure) {
        return (Path) Proxy.newProxyInstance(
                Path.class.getClassLoader(), new Class<?>[] {Path.class}, (proxy, method, arguments) -> {
                    throw failure;
                });
    }
}
