// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.disk.DiskLookup.Found;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which disk a device number stands for, in a made-up tree of sysfs and a made-up table of mounts. */
class DiskLookupTest {
    private static final long NO_MOUNT = 0L;

    @TempDir
    Path directory;

    private Path sys;
    private Path mounts;
    private DiskLookup lookup;

    @BeforeEach
    void makeTree() throws IOException {
        sys = Files.createDirectories(directory.resolve("sys"));
        mounts = directory.resolve("mountinfo");
        lookup = new DiskLookup(sys, mounts);
        disk("sda", "8:0", 64);
        partition("sda", "sda1", "8:1");
        partition("sda", "sda2", "8:2");
        disk("sdb", "8:16", 32);
        partition("sdb", "sdb1", "8:17");
        mounts("30 1 8:1 / / rw - ext4 /dev/sda1 rw");
    }

    private void disk(String name, String number, int requests) throws IOException {
        show(Files.createDirectories(sys.resolve("devices").resolve(name)), name, number);
        final Path queue =
                Files.createDirectories(sys.resolve("devices").resolve(name).resolve("queue"));
        Files.writeString(queue.resolve("nr_requests"), requests + "\n");
    }

    /** The administrator may change it at run time. */
    @Test
    void shouldBoundADiskByTheQueueThatItHasNow() throws IOException {
        final Disks disks = new Disks(lookup);
        final Disk disk = disks.find(8L << 32 | 1L, 0L);
        assertThat(disk.mostInFlight()).isEqualTo(32);

        Files.writeString(sys.resolve("devices/sda/queue/nr_requests"), "4\n");

        assertThat(disks.find(8L << 32 | 2L, 0L)).isSameAs(disk);
        assertThat(disk.mostInFlight()).isEqualTo(2);
    }

    private void partition(String disk, String name, String number) throws IOException {
        final Path shown =
                Files.createDirectories(sys.resolve("devices").resolve(disk).resolve(name));
        Files.writeString(shown.resolve("partition"), "1\n");
        show(shown, name, number);
    }

    private void volume(String name, String number, String... slaves) throws IOException {
        disk(name, number, 128);
        final Path below =
                Files.createDirectories(sys.resolve("devices").resolve(name).resolve("slaves"));
        for (final String slave : slaves) {
            Files.createSymbolicLink(
                    below.resolve(slave), sys.resolve("class/block").resolve(slave));
        }
    }

    private void show(Path shown, String name, String number) throws IOException {
        Files.writeString(shown.resolve("dev"), number + "\n");
        Files.createSymbolicLink(
                Files.createDirectories(sys.resolve("dev/block")).resolve(number), shown);
        Files.createSymbolicLink(
                Files.createDirectories(sys.resolve("class/block")).resolve(name), shown);
    }

    private void mounts(String... lines) throws IOException {
        Files.write(mounts, List.of(lines));
    }

    private Found find(int major, int minor) {
        return find(major, minor, NO_MOUNT);
    }

    private Found find(int major, int minor, long mountId) {
        return lookup.find((long) major << 32 | minor, mountId);
    }

    @Test
    void shouldFindOneDiskForItsPartitions() {
        assertThat(find(8, 1)).isEqualTo(find(8, 2)).isEqualTo(find(8, 0)).isEqualTo(new Found("sda", 64));
        assertThat(find(8, 17).name()).isEqualTo("sdb");
    }

    @Test
    void shouldFindTheDiskBelowLogicalAndEncryptedVolumes() throws IOException {
        volume("dm-0", "253:0", "sda2");
        volume("dm-1", "253:1", "dm-0");

        assertThat(find(253, 0)).isEqualTo(new Found("sda", 64));
        assertThat(find(253, 1)).isEqualTo(new Found("sda", 64));
    }

    @Test
    void shouldGoByTheFirstDiskAndTheShortestQueueWhereAVolumeSpreadsOverSeveral() throws IOException {
        volume("md0", "9:0", "sdb1", "sda2");

        assertThat(find(9, 0)).isEqualTo(new Found("sda", 32));
    }

    @Test
    void shouldGoByTheNumberWhereTheNodeHasANameThatTheLocaleCannotSay() throws IOException {
        mounts("30 1 0:50 / / rw - btrfs /dev/mapper/a\0b rw");

        assertThat(find(0, 50, 30L)).isEqualTo(new Found("0:50", Found.NOT_KNOWN));
    }

    @Test
    void shouldFindTheDiskOfTheFileBehindALoopDevice() throws IOException {
        mounts("30 1 8:1 / / rw - ext4 /dev/sda1 rw", "31 30 8:17 / /srv rw - xfs /dev/sdb1 rw");
        disk("loop0", "7:0", 128);
        final Path loop = Files.createDirectories(sys.resolve("devices/loop0/loop"));
        Files.writeString(loop.resolve("backing_file"), "/srv/images/a\n");
        assertThat(find(7, 0)).isEqualTo(new Found("sdb", 32));
        Files.writeString(sys.resolve("devices/loop0/queue/nr_requests"), "16\n");
        assertThat(find(7, 0)).as("behind a shorter queue").isEqualTo(new Found("sdb", 16));

        Files.writeString(loop.resolve("backing_file"), "/srv2/a (deleted)\n");
        assertThat(find(7, 0).name()).isEqualTo("sda");
    }

    @Test
    void shouldFindTheDiskOfSubvolumesByTheirMount() throws IOException {
        mounts(
                "30 1 8:1 / / rw - ext4 /dev/sda1 rw",
                "31 30 0:49 / /name\rof-bytes rw - tmpfs tmpfs rw",
                "40 30 0:50 /home /home rw shared:1 - btrfs /dev/sdb1 rw,subvol=/home",
                "41 30 0:50 /var /var rw shared:2 - btrfs /dev/sdb1 rw,subvol=/var");

        assertThat(find(0, 61, 40L)).as("a number of the subvolume's own").isEqualTo(new Found("sdb", 32));
        assertThat(find(0, 62, 41L).name()).isEqualTo("sdb");
        assertThat(find(0, 50).name()).as("by the number alone").isEqualTo("sdb");
    }

    @Test
    void shouldFindTheDiskBelowAnOverlayWhereItIsSeen() throws IOException {
        mounts(
                "30 1 8:1 / / rw - ext4 /dev/sda1 rw",
                "31 30 8:17 / /var/lib rw - ext4 /dev/sdb1 rw",
                "50 30 0:70 / /merged rw - overlay overlay rw,lowerdir=/usr:/opt,upperdir=/var/lib/up,workdir=/w",
                "51 30 0:71 / /read-only rw - overlay overlay ro,lowerdir=/usr:/opt");
        assertThat(find(0, 70, 50L).name()).isEqualTo("sdb");
        assertThat(find(0, 71, 51L).name()).isEqualTo("sda");

        mounts("50 1 0:70 / / rw - overlay overlay rw,lowerdir=/a,upperdir=/b,workdir=/w");
        assertThat(find(0, 70, 50L)).isEqualTo(new Found("overlay 0:70", Found.NOT_KNOWN));
    }

    @Test
    void shouldTakeAFileServerOrAPoolForOneDisk() throws IOException {
        mounts(
                "60 1 0:80 / /a rw - nfs4 files.example:/a rw",
                "61 1 0:81 / /b rw - nfs4 files.example:/b rw",
                "62 1 0:82 / /c rw - cifs //files/c rw",
                "63 1 0:83 / /d rw - zfs tank/d rw",
                "64 1 0:84 / /tmp rw - tmpfs tmpfs rw");

        assertThat(find(0, 80, 60L))
                .isEqualTo(find(0, 81, 61L))
                .isEqualTo(new Found("nfs4 files.example", Found.NOT_KNOWN));
        assertThat(find(0, 82).name()).isEqualTo("cifs //files");
        assertThat(find(0, 83).name()).isEqualTo("zfs tank");
        assertThat(find(0, 84).name()).isEqualTo("tmpfs 0:84");
    }

    @Test
    void shouldTakeTheNumberForTheDiskWhereTheHostShowsNothing() throws IOException {
        Files.delete(mounts);

        assertThat(find(259, 3)).isEqualTo(new Found("259:3", Found.NOT_KNOWN));
        assertThat(find(0, 5)).isEqualTo(new Found("0:5", Found.NOT_KNOWN));
    }

    /** Mount points are bytes, not text, and blanks in them are written in octal. */
    @Test
    void shouldReadNamesThatAreNoText() throws IOException {
        disk("loop0", "7:0", 128);
        final Path loop = Files.createDirectories(sys.resolve("devices/loop0/loop"));
        Files.write(loop.resolve("backing_file"), "/m\u00FF x/a\n".getBytes(ISO_8859_1));
        Files.write(
                mounts,
                "30 1 8:1 / / rw - ext4 /dev/sda1 rw\n31 30 8:17 / /m\u00FF\\040x rw - xfs /dev/sdb1 rw\n"
                        .getBytes(ISO_8859_1));

        assertThat(find(7, 0).name()).isEqualTo("sdb");
    }
}
