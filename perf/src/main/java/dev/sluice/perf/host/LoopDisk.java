// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An ext4 file system of its own in an image file, behind a loop device.
 *
 * <p>Unmounting and mounting it again makes all of it cold, names and inodes included, and nothing else on the machine.
 * The device can be throttled for one control group, and its inodes are as large as half a block, with no read-ahead in
 * the inode table, so the disk reads of a lookup can be counted on the fingers.
 */
public final class LoopDisk implements AutoCloseable {
    private static final String[] PROGRAMS = {"mkfs.ext4", "losetup", "mount", "umount", "truncate"};

    private static final int BLOCK_BYTES = 4096;
    /** Inodes are half as large as a block. */
    public static final int INODES_PER_BLOCK = 2;

    private final Path image;
    private final Path mountPoint;
    private final String loop;
    private boolean mounted;

    private LoopDisk(Path image, Path mountPoint, String loop) {
        this.image = image;
        this.mountPoint = mountPoint;
        this.loop = loop;
    }

    /**
     * What this machine lacks for it.
     *
     * @return one sentence per lack; empty when all is there
     */
    public static List<String> missing() {
        return Requirements.missing(PROGRAMS);
    }

    /**
     * Makes an empty file system.
     *
     * @param image file to make, replaced where it exists
     * @param mountPoint directory, made where it does not exist
     * @param sizeBytes size of the disk
     * @param inodes room for files and directories
     * @return the disk, not mounted
     * @throws IOException if a tool is missing or refuses
     */
    public static LoopDisk format(Path image, Path mountPoint, long sizeBytes, int inodes) throws IOException {
        Files.deleteIfExists(image);
        Commands.run("truncate", "-s", Long.toString(sizeBytes), image.toString());
        // Everything written now: a lazy initialiser would read and write behind the measurement's back.
        Commands.run(
                Commands.require("mkfs.ext4"),
                "-q",
                "-F",
                "-b",
                Integer.toString(BLOCK_BYTES),
                "-I",
                Integer.toString(BLOCK_BYTES / INODES_PER_BLOCK),
                "-N",
                Integer.toString(inodes),
                "-m",
                "0",
                "-O",
                "^has_journal,^resize_inode",
                "-E",
                "lazy_itable_init=0,nodiscard",
                image.toString());
        return attach(image, mountPoint);
    }

    /**
     * Takes an image made before.
     *
     * @param image existing image
     * @param mountPoint directory, made where it does not exist
     * @return the disk, not mounted
     * @throws IOException if no loop device is free or allowed
     */
    public static LoopDisk attach(Path image, Path mountPoint) throws IOException {
        Files.createDirectories(mountPoint);
        final String loop = Commands.run(Commands.require("losetup"), "--find", "--show", image.toString());
        return new LoopDisk(image, mountPoint, loop);
    }

    /**
     * The name by which control groups know the disk.
     *
     * @return {@code major:minor}
     * @throws IOException if the device is gone
     */
    public String device() throws IOException {
        final Path name = Path.of(loop).getFileName();
        return Files.readString(Path.of("/sys/class/block").resolve(name).resolve("dev"))
                .strip();
    }

    /**
     * Where the files appear.
     *
     * @return the mount point
     */
    public Path root() {
        return mountPoint;
    }

    /**
     * Has the device read its image past the page cache. If the image lies on another such disk, what is read from this one
     * is read from that, as data: a throttle of that one holds up reads of metadata, too, which one of this device would let
     * pass.
     *
     * @throws IOException if the image's file system does not allow it
     */
    public void readPastThePageCache() throws IOException {
        Commands.run(Commands.require("losetup"), "--direct-io=on", loop);
    }

    /**
     * Mounts for filling it.
     *
     * @throws IOException if the mount is refused
     */
    public void mountWritable() throws IOException {
        mount("noatime,inode_readahead_blks=0");
    }

    /**
     * Mounts it read-only, with nothing of it in memory.
     *
     * @throws IOException if it is in use or the mount is refused
     */
    public synchronized void mountCold() throws IOException {
        unmount();
        mount("ro,noatime,inode_readahead_blks=0");
    }

    private synchronized void mount(String options) throws IOException {
        Commands.run(Commands.require("mount"), "-t", "ext4", "-o", options, loop, mountPoint.toString());
        mounted = true;
    }

    /**
     * Writes everything back and forgets it.
     *
     * @throws IOException if a file is still open
     */
    public synchronized void unmount() throws IOException {
        if (mounted) {
            Commands.run(Commands.require("umount"), mountPoint.toString());
            mounted = false;
            // The image's own pages would otherwise be written back in the middle of a measurement.
            try (FileOutputStream file = new FileOutputStream(image.toFile(), true)) {
                file.getFD().sync();
            }
        }
    }

    /** Unmounts and gives the loop device back; the image stays. */
    @Override
    public synchronized void close() throws IOException {
        unmount();
        Commands.run(Commands.require("losetup"), "--detach", loop);
        Files.delete(mountPoint);
    }
}
