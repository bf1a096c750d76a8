// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrnoTest {

    @Test
    void shouldSayWhatWasTriedOnWhatAndWhy() {
        assertThat(Errno.describe("openat", "/srv/a.html", Errno.EACCES))
                .isEqualTo("openat(\"/srv/a.html\") failed: EACCES (13)");
    }

    @ParameterizedTest
    @ValueSource(ints = {-2, 0, 41, 58, 134, Integer.MAX_VALUE})
    void shouldGiveTheNumberWhereThereIsNoName(int errno) {
        assertThat(Errno.name(errno)).isEqualTo("errno " + errno);
    }

    @Test
    void shouldThrowWhatTheJdkWouldThrow() {
        assertThat(Errno.toIOException("open", "/a", Errno.ENOENT)).isExactlyInstanceOf(NoSuchFileException.class);
        assertThat(Errno.toIOException("open", "/a", Errno.EACCES)).isExactlyInstanceOf(AccessDeniedException.class);
        assertThat(Errno.toIOException("open", "/a", Errno.EPERM)).isExactlyInstanceOf(AccessDeniedException.class);
        assertThat(Errno.toIOException("open", "/a", Errno.EEXIST))
                .isExactlyInstanceOf(FileAlreadyExistsException.class);
        assertThat(Errno.toIOException("rmdir", "/a", Errno.ENOTEMPTY))
                .isExactlyInstanceOf(DirectoryNotEmptyException.class);
        assertThat(Errno.toIOException("open", "/a", Errno.ELOOP))
                .isExactlyInstanceOf(FileSystemException.class)
                .hasMessageContaining("open(\"/a\") failed: ELOOP (40)");
    }
}
