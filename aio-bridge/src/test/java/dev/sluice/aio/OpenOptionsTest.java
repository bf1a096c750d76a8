// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.file.OpenOperation;
import dev.sluice.uring.linux.OpenFlags;
import org.junit.jupiter.api.Test;

class OpenOptionsTest {
    @Test
    void shouldTryOnTheCachesWhateverChangesNothing() {
        assertThat(maySucceedCached(OpenFlags.O_RDONLY)).isTrue();
        assertThat(maySucceedCached(OpenFlags.O_RDWR | OpenFlags.O_NONBLOCK)).isTrue();
        assertThat(maySucceedCached(OpenFlags.O_PATH)).isTrue();
        assertThat(maySucceedCached(OpenFlags.O_DIRECTORY))
                .as("a bit of O_TMPFILE, which means something else by itself")
                .isTrue();
    }

    @Test
    void shouldNotTryOnTheCachesWhatChangesADirectoryOrAFile() {
        assertThat(maySucceedCached(OpenFlags.O_RDWR | OpenFlags.O_CREAT)).isFalse();
        assertThat(maySucceedCached(OpenFlags.O_RDWR | OpenFlags.O_TRUNC)).isFalse();
        assertThat(maySucceedCached(OpenFlags.O_RDWR | OpenFlags.O_TMPFILE)).isFalse();
    }

    private static boolean maySucceedCached(int flags) {
        return OpenOperation.maySucceedCached(flags);
    }
}
