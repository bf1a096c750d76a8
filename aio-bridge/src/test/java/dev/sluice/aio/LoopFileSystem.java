// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An ext4 file system of its own in an image below a directory. The loop device reads the image past the page cache, so
 * that what is cold here is a read of the directory's disk, also of metadata, which a throttle of the loop device itself
 * would let pass.
 */
public final class LoopFileSystem implements AutoCloseable {
    private final Path mountPoint;
    private final String mountOptions;

    /** The one with the file system on it is the last. */
    private final List<String> devices = new ArrayList<>();

    private boolean mounted;

    private LoopFileSystem(Path mountPoint, String mountOptions) {
        this.mountPoint = mountPoint;
        this.mountOptions = mountOptions;
    }

    /** Mounted and empty, without a journal; skips the test where that takes rights or tools that are not there. */
    public static LoopFileSystem make(Path directory, long sizeBytes) throws Exception {
        return make(directory, sizeBytes, "^has_journal", "noatime");
    }

    /** On a loop device of a loop device, so that what is throttled at the one below is everything, also metadata. */
    public static LoopFileSystem makeOfTwo(Path directory, long sizeBytes) throws Exception {
        return make(directory, sizeBytes, "^has_journal", "noatime", 2);
    }

    static LoopFileSystem make(Path directory, long sizeBytes, String features, String mountOptions) throws Exception {
        return make(directory, sizeBytes, features, mountOptions, 1);
    }

    private static LoopFileSystem make(Path directory, long sizeBytes, String features, String mountOptions, int loops)
            throws Exception {
        final Path image = directory.resolve("image");
        final Path mountPoint = Files.createDirectory(directory.resolve("mounted"));
        assumeTrue(Files.isWritable(Path.of("/dev/loop-control")), "needs root and loop devices");
        assumeTrue(Files.isExecutable(Path.of("/sbin/mkfs.ext4")), "needs mkfs.ext4");
        run("truncate", "-s", Long.toString(sizeBytes), image.toString());
        final String options = "lazy_itable_init=0,nodiscard";
        run("mkfs.ext4", "-q", "-F", "-b", "4096", "-m", "0", "-O", features, "-E", options, image.toString());
        final LoopFileSystem fileSystem = new LoopFileSystem(mountPoint, mountOptions);
        try {
            for (String below = image.toString(); fileSystem.devices.size() < loops; below = fileSystem.device()) {
                fileSystem.devices.add(run("losetup", "--find", "--show", "--direct-io=on", below));
            }
            fileSystem.mount();
        } catch (IOException e) {
            fileSystem.close();
            throw e;
        }
        return fileSystem;
    }

    public Path root() {
        return mountPoint;
    }

    /** The loop device, such as {@code /dev/loop0}. */
    String device() {
        return devices.get(devices.size() - 1);
    }

    /** The one below it, if there is one, else the same. */
    String lowestDevice() {
        return devices.get(0);
    }

    /** Mounts it anew, with nothing of it in memory. */
    public void makeCold() throws Exception {
        run("umount", mountPoint.toString());
        mounted = false;
        mount();
    }

    private void mount() throws IOException {
        run("mount", "-o", mountOptions, device(), mountPoint.toString());
        mounted = true;
    }

    @Override
    public void close() throws IOException {
        if (mounted) {
            run("umount", mountPoint.toString());
            mounted = false;
        }
        while (!devices.isEmpty()) {
            run("losetup", "--detach", device());
            devices.remove(devices.size() - 1);
        }
    }

    /** What it printed. */
    static String run(String... command) throws IOException {
        final List<String> found = new ArrayList<>(List.of(command));
        final Path system = Path.of("/sbin", command[0]);
        if (Files.isExecutable(system)) { // not on everybody's path
            found.set(0, system.toString());
        }
        final Process process =
                new ProcessBuilder(found).redirectErrorStream(true).start();
        final String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(String.join(" ", command) + " failed: " + output);
        }
        return output;
    }
}
