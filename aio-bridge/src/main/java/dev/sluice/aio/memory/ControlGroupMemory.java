// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * How much memory the control groups of this process allow it, of both versions: the least that the group or one above it has as a limit
 * or as the mark from which on it is held back.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files">memory.max, memory.high</a>
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/memory.html">memory.limit_in_bytes</a>
 */
public final class ControlGroupMemory {
    private static final List<String> FILES = List.of("memory.max", "memory.high", "memory.limit_in_bytes");

    /** Without a limit version 1 says a number of this size. */
    private static final long NO_LIMIT = Long.MAX_VALUE >> 1;

    /** A limit and the file that says it. */
    public record Limit(long bytes, Path file) {}

    private ControlGroupMemory() {}

    /** Returns the smallest limit of this process, or null if there is none, or none that can be read. */
    public static Limit smallest() {
        try {
            return smallest(
                    Files.readAllLines(Path.of("/proc/self/cgroup")),
                    Files.readAllLines(Path.of("/proc/self/mountinfo")));
        } catch (IOException e) {
            LoggerFactory.getLogger(ControlGroupMemory.class)
                    .info("Whether a control group limits memory cannot be read: {}", e.toString());
            return null;
        }
    }

    /**
     * Looks for the smallest limit.
     *
     * @param groups lines {@code hierarchy:controllers:path} of {@code /proc/self/cgroup}
     * @param mounts lines of {@code /proc/self/mountinfo}
     */
    public static Limit smallest(List<String> groups, List<String> mounts) throws IOException {
        final List<Limit> limits = new ArrayList<>();
        for (final String mount : mounts) {
            final int options = mount.indexOf(" - ");
            final String[] places = mount.substring(0, Math.max(options, 0)).split(" ", 6);
            final String[] kind = mount.substring(options + 3).split(" ", 3);
            for (final String group : groups) {
                final String[] parts = group.split(":", 3);
                if (places.length > 4 && parts.length == 3 && kind.length == 3 && isOf(kind, parts[1])) {
                    readUpwards(Path.of(places[4]), below(places[3], parts[2]), limits);
                }
            }
        }
        return limits.stream()
                .min((one, other) -> Long.compare(one.bytes(), other.bytes()))
                .orElse(null);
    }

    /** Whether a mount shows the hierarchy of these controllers, with that of memory. */
    private static boolean isOf(String[] kind, String controllers) {
        return controllers.isEmpty()
                ? kind[0].equals("cgroup2")
                : kind[0].equals("cgroup") && has(kind[2], "memory") && has(controllers, "memory");
    }

    private static boolean has(String list, String word) {
        return List.of(list.split(",", -1)).contains(word);
    }

    /** The group's path from the mount point; nothing if the mount shows another part of the tree. */
    private static String below(String mountRoot, String path) {
        final String root = mountRoot.equals("/") ? "" : mountRoot;
        final boolean isBelow = path.equals(root) || path.startsWith(root + "/");
        return isBelow && !path.startsWith("/..") ? path.substring(root.length()) : "";
    }

    private static void readUpwards(Path mountPoint, String path, List<Limit> limits) throws IOException {
        Path group = path.isEmpty() ? mountPoint : mountPoint.resolve(path.substring(1));
        while (group != null && group.startsWith(mountPoint)) {
            for (final String name : FILES) {
                final Path file = group.resolve(name);
                if (Files.isReadable(file)) {
                    addTo(limits, file, Files.readString(file).strip());
                }
            }
            group = group.getParent();
        }
    }

    private static void addTo(List<Limit> limits, Path file, String value) {
        if (value.matches("[0-9]{1,18}") && Long.parseLong(value) < NO_LIMIT) { // else "max", or no limit
            limits.add(new Limit(Long.parseLong(value), file));
        }
    }
}
