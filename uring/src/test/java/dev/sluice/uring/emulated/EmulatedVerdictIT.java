// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.contract.RingTester;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.memory.OpenHow;
import dev.sluice.uring.memory.Statx;
import dev.sluice.uring.sys.StatxLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: what the kernel finds wrong with one call is that call's result on the emulated ring too, and not taken for a host that refuses the
 * call. Method: the same entry on both rings.
 */
class EmulatedVerdictIT {
    private static final int AT_STATX_FORCE_SYNC = 0x2000;
    private static final int STATX = 4096;
    private static final int PATH = 64;

    @AutoClose
    private final RingTester kernel = RingTester.open();

    @AutoClose
    private final RingTester emulated = RingTester.emulated(64, 256);

    @TempDir
    Path folder;

    private String path;

    @BeforeEach
    void makeFile() throws IOException {
        path = Files.writeString(folder.resolve("file"), "text").toString();
    }

    private int open(RingTester tester, long flags, long mode, long resolve) {
        OpenHow.write(tester.bytes, 0, flags | OpenFlags.O_CLOEXEC, mode, resolve);
        final long pathAddress = tester.name(PATH, path);
        final int fd = tester.run(sqe -> sqe.prepOpenat2(Statx.AT_FDCWD, pathAddress, tester.address(0)));
        if (fd >= 0) {
            Descriptors.close(fd);
        }
        return fd;
    }

    private int statx(RingTester tester, int flags, int mask) {
        final long pathAddress = tester.name(PATH, path);
        return tester.run(sqe -> sqe.prepStatx(Statx.AT_FDCWD, pathAddress, flags, mask, tester.address(STATX)));
    }

    private static long mountOf(int fd) {
        try (Memory status = new Memory(StatxLayout.SIZE)) {
            assertThat(Descriptors.statxNow(fd, Pointer.nativeValue(status))).isZero();
            return status.getLong(StatxLayout.MOUNT_ID);
        }
    }

    @Test
    void shouldRefuseAnOpenThatTheKernelRefuses() {
        final long[][] hows = {
            {OpenFlags.O_RDONLY, 0600}, // a mode without O_CREAT
            {OpenFlags.O_RDONLY | 0x4000_0000L, 0}, // a flag that does not exist
            {OpenFlags.O_PATH | OpenFlags.O_RDWR, 0},
            {OpenFlags.O_RDWR | OpenFlags.O_CREAT, 010_0600}, // a mode that is none
        };
        for (final long[] how : hows) {
            assertThat(open(kernel, how[0], how[1], 0L)).isEqualTo(-Errno.EINVAL);
            assertThat(open(emulated, how[0], how[1], 0L)).isEqualTo(-Errno.EINVAL);
        }
        assertThat(open(emulated, OpenFlags.O_RDONLY, 0L, 0L)).isNotNegative();
    }

    @Test
    void shouldRefuseAStatxThatTheKernelRefusesAndChangeNothingForOthers() throws IOException {
        final int fd = Descriptors.open(Path.of(path), OpenFlags.O_RDONLY);
        try {
            final long mount = mountOf(fd);
            final int bothSyncs = AT_STATX_FORCE_SYNC | Statx.AT_STATX_DONT_SYNC;

            assertThat(statx(kernel, bothSyncs, Statx.STATX_BASIC_STATS)).isEqualTo(-Errno.EINVAL);
            assertThat(statx(emulated, bothSyncs, Statx.STATX_BASIC_STATS)).isEqualTo(-Errno.EINVAL);
            assertThat(statx(kernel, 0x8000, Statx.STATX_BASIC_STATS)).isEqualTo(-Errno.EINVAL);
            assertThat(statx(emulated, 0x8000, Statx.STATX_BASIC_STATS)).isEqualTo(-Errno.EINVAL);

            assertThat(mountOf(fd)).isEqualTo(mount).isNotZero();
        } finally {
            Descriptors.close(fd);
        }
    }
}
