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
    private final String device;
    private final String mountOptions;
    private boolean mounted;

    private LoopFileSystem(Path mountPoint, String device, String mountOptions) {
        this.mountPoint = mountPoint;
        this.device = device;
        this.mountOptions = mountOptions;
    }

    /** Mounted and empty, without a journal; skips the test where that takes rights or tools that are not there. */
    public static LoopFileSystem make(Path directory, long sizeBytes) throws Exception {
        return make(directory, sizeBytes, "^has_journal", "noatime");
    }

    static LoopFileSystem make(Path directory, long sizeBytes, String features, String mountOptions) throws Exception {
        final Path image = directory.resolve("image");
        final Path mountPoint = Files.createDirectory(directory.resolve("mounted"));
        assumeTrue(Files.isWritable(Path.of("/dev/loop-control")), "needs root and loop devices");
        assumeTrue(Files.isExecutable(Path.of("/sbin/mkfs.ext4")), "needs mkfs.ext4");
        run("truncate", "-s", Long.toString(sizeBytes), image.toString());
        final String options = "lazy_itable_init=0,nodiscard";
        run("mkfs.ext4", "-q", "-F", "-b", "4096", "-m", "0", "-O", features, "-E", options, image.toString());
        final String device = run("losetup", "--find", "--show", "--direct-io=on", image.toString());
        final LoopFileSystem fileSystem = new LoopFileSystem(mountPoint, device, mountOptions);
        try {
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
        return device;
    }

    /** Mounts it anew, with nothing of it in memory. */
    public void makeCold() throws Exception {
        run("umount", mountPoint.toString());
        mounted = false;
        mount();
    }

    private void mount() throws IOException {
        run("mount", "-o", mountOptions, device, mountPoint.toString());
        mounted = true;
    }

    @Override
    public void close() throws IOException {
        if (mounted) {
            run("umount", mountPoint.toString());
        }
        run("losetup", "--detach", device);
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
