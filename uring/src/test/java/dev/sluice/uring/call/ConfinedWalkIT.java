// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.ResolveFlags;
import dev.sluice.uring.memory.OpenHow;
import dev.sluice.uring.memory.Statx;
import dev.sluice.uring.sys.StatxLayout;
import dev.sluice.uring.testing.OpenDescriptors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The walk in user space against openat2(2) itself, on trees and paths of every kind. */
class ConfinedWalkIT {
    private static final int PATHS = 4_000;
    private static final long[] RESOLVES = {
        ResolveFlags.RESOLVE_BENEATH,
        ResolveFlags.RESOLVE_BENEATH | ResolveFlags.RESOLVE_NO_MAGICLINKS,
        ResolveFlags.RESOLVE_BENEATH | ResolveFlags.RESOLVE_NO_SYMLINKS,
        ResolveFlags.RESOLVE_BENEATH | ResolveFlags.RESOLVE_NO_XDEV,
    };
    private static final int[] FLAGS = {
        OpenFlags.O_RDONLY,
        OpenFlags.O_PATH,
        OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY,
        OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW,
        OpenFlags.O_PATH | OpenFlags.O_NOFOLLOW,
        OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK,
    };

    @TempDir
    Path folder;

    private final Memory memory = new Memory(OpenHow.SIZE_BYTES + 8192L);
    private int root;

    @BeforeEach
    void open() throws IOException {
        final Path below = Files.createDirectory(folder.resolve("root"));
        Files.writeString(folder.resolve("secret"), "outside");
        root = Descriptors.openDirectory(below);
    }

    @AfterEach
    void close() {
        Descriptors.close(root);
    }

    @Test
    void shouldOpenWhatOpenat2OpensAndRefuseWhatItRefuses() throws IOException {
        final long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed=" + seed);
        final SplittableRandom random = new SplittableRandom(seed);
        final List<String> names = makeTree(random);
        assumeTrue(openByKernel(".", 0, RESOLVES[0]).errno != Errno.ENOSYS, "needs openat2");
        for (int i = 0; i < PATHS; i++) {
            final String path = randomPath(random, names);
            final int flags = FLAGS[random.nextInt(FLAGS.length)] | OpenFlags.O_CLOEXEC;
            final long resolve = RESOLVES[random.nextInt(RESOLVES.length)];

            final Opened expected = openByKernel(path, flags, resolve);
            final Opened opened = walk(path, flags, resolve);

            assertThat(opened)
                    .as("%s, flags 0x%x, resolve 0x%x", path, flags, resolve)
                    .isEqualTo(expected);
        }
    }

    @Test
    void shouldLeaveNoDescriptorOpen() throws IOException {
        makeTree(new SplittableRandom(1L));
        Files.createDirectories(folder.resolve("root/a/b/c/d"));
        final List<String> before = OpenDescriptors.now();
        walk("a/b/c/d/../../nothing", OpenFlags.O_RDONLY, RESOLVES[0]);
        walk("a/b/c/d", OpenFlags.O_RDONLY, RESOLVES[0]);
        walk("a/b/../../../secret", OpenFlags.O_RDONLY, RESOLVES[0]);
        assertThat(OpenDescriptors.since(before)).isEmpty();
    }

    @Test
    void shouldCreateAsOpenat2Does() throws IOException {
        assertThat(walk("new", OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL, RESOLVES[0]).errno)
                .isZero();
        assertThat(folder.resolve("root/new")).exists();
        assertThat(walk("new", OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL, RESOLVES[0]).errno)
                .isEqualTo(Errno.EEXIST);
        Files.createSymbolicLink(folder.resolve("root/out"), Path.of("../made"));
        assertThat(walk("out", OpenFlags.O_WRONLY | OpenFlags.O_CREAT, RESOLVES[0]).errno)
                .isEqualTo(Errno.EXDEV);
        assertThat(folder.resolve("made")).doesNotExist();
    }

    @Test
    void shouldRefuseFlagsAndModesThatOpenat2Refuses() {
        final int[][] hows = {
            {OpenFlags.O_RDONLY, 0600}, // a mode without O_CREAT
            {OpenFlags.O_RDONLY | 0x4000_0000, 0}, // a flag that does not exist
            {OpenFlags.O_PATH | OpenFlags.O_RDWR, 0},
            {OpenFlags.O_RDWR | OpenFlags.O_CREAT, 010_0600}, // a mode that is none
        };
        for (final int[] how : hows) {
            assertThat(ConfinedWalk.open(root, put(".", how[0], 0L), how[0], how[1], 0L))
                    .isEqualTo(-Errno.EINVAL);
        }
    }

    @Test
    void shouldTellTheStatusThatStatxTells() throws IOException {
        Files.writeString(folder.resolve("root/file"), "content");
        final int fd = Descriptors.open(folder.resolve("root/file"), OpenFlags.O_RDONLY);
        try (Memory byStatx = new Memory(StatxLayout.SIZE);
                Memory byStat = new Memory(StatxLayout.SIZE);
                Memory empty = new Memory(1)) {
            empty.clear();
            final int flags = Statx.AT_EMPTY_PATH;
            final long path = Pointer.nativeValue(empty);
            assertThat(StatxCall.statx(fd, path, flags, Statx.STATX_BASIC_STATS, Pointer.nativeValue(byStatx)))
                    .isZero();
            assertThat(StatxCall.stat(fd, path, flags, Pointer.nativeValue(byStat)))
                    .isZero();
            // What both can know ends before the mount; the birth time and the attributes are for statx alone.
            for (int at = 16; at < StatxLayout.MOUNT_ID; at += Integer.BYTES) {
                if ((at < 56 || at >= 64) && (at < 80 || at >= 96)) {
                    assertThat(byStat.getInt(at)).as("at %d", at).isEqualTo(byStatx.getInt(at));
                }
            }
            assertThat(StatxCall.stat(-1, path, flags, Pointer.nativeValue(byStat)))
                    .isEqualTo(-Errno.EBADF);
        } finally {
            Descriptors.close(fd);
        }
    }

    private record Opened(int errno, long device, long inode) {}

    private List<String> makeTree(SplittableRandom random) throws IOException {
        final Path top = folder.resolve("root");
        final List<String> names = new ArrayList<>(List.of("a", "b", "c", "f", "g", "l", "m", "n", "absent"));
        final List<Path> directories = new ArrayList<>(List.of(top));
        for (int i = 0; i < 40; i++) {
            final Path place = directories
                    .get(random.nextInt(directories.size()))
                    .resolve(names.get(random.nextInt(names.size() - 1)));
            if (Files.exists(place, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            switch (random.nextInt(3)) {
                case 0 -> directories.add(Files.createDirectory(place));
                case 1 -> Files.writeString(place, place.toString());
                default -> Files.createSymbolicLink(place, Path.of(randomLink(random, names)));
            }
        }
        return names;
    }

    private static String randomLink(SplittableRandom random, List<String> names) {
        return switch (random.nextInt(10)) {
            case 0 -> "/etc/passwd";
            case 1 -> "/proc/self/cwd";
            case 2 -> "../../secret";
            default -> randomPath(random, names);
        };
    }

    private static String randomPath(SplittableRandom random, List<String> names) {
        final StringBuilder path = new StringBuilder(random.nextInt(40) == 0 ? "/" : "");
        final int depth = 1 + random.nextInt(5);
        for (int i = 0; i < depth; i++) {
            path.append(i == 0 ? "" : random.nextInt(12) == 0 ? "//" : "/");
            path.append(
                    switch (random.nextInt(8)) {
                        case 0 -> "..";
                        case 1 -> ".";
                        default -> names.get(random.nextInt(names.size()));
                    });
        }
        return path.append(random.nextInt(8) == 0 ? "/" : "").toString();
    }

    private Opened openByKernel(String path, int flags, long resolve) {
        return seen(Openat2Call.openByKernel(root, put(path, flags, resolve), howAddress(), OpenHow.SIZE_BYTES));
    }

    private Opened walk(String path, int flags, long resolve) {
        final int mode = (flags & OpenFlags.O_CREAT) == 0 ? 0 : 0600;
        return seen(ConfinedWalk.open(root, put(path, flags, resolve), flags, mode, resolve));
    }

    private long howAddress() {
        return Pointer.nativeValue(memory);
    }

    private long put(String path, int flags, long resolve) {
        final ByteBuffer bytes = memory.getByteBuffer(0L, memory.size()).order(ByteOrder.nativeOrder());
        OpenHow.write(bytes, 0, flags, 0L, resolve);
        bytes.put(OpenHow.SIZE_BYTES, (path + "\0").getBytes(StandardCharsets.UTF_8));
        return howAddress() + OpenHow.SIZE_BYTES;
    }

    private static Opened seen(int fd) {
        if (fd < 0) {
            return new Opened(-fd, 0L, 0L);
        }
        try (Memory status = new Memory(StatxLayout.SIZE)) {
            assertThat(Descriptors.statxNow(fd, Pointer.nativeValue(status))).isZero();
            return new Opened(0, status.getLong(StatxLayout.DEVICE_MAJOR), status.getLong(StatxLayout.INODE));
        } finally {
            Descriptors.close(fd);
        }
    }
}
