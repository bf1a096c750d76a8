// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Finds which physical disk a file system lies on: a partition's whole disk; of logical volumes, arrays and encrypted disks what is
 * below them; of a loop device the disk that its file is on; of subvolumes and overlays, whose device numbers stand for no device, what
 * they were mounted from.
 *
 * <p>A volume that spreads over several disks goes by the first of them, by name, and by the shortest of their queues: all volumes of one
 * group of disks then share one window, which none of the disks can be too short for.
 *
 * <p>Reads sysfs and the table of mounts, which the kernel keeps in memory: that does not wait for a disk. Where a host shows neither,
 * the device number itself is the disk.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/devices.html">sysfs: /sys/dev/block</a>
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">proc_pid_mountinfo(5)</a>
 */
public final class DiskLookup {
    /** A disk, and how many requests fit into its queue. */
    record Found(String name, int queueRequests) {
        static final int NOT_KNOWN = Integer.MAX_VALUE;

        /** The same disk behind a queue of its own. */
        Found behind(int otherQueueRequests) {
            return new Found(name, Math.min(queueRequests, otherQueueRequests));
        }
    }

    /** A line of the table of mounts. */
    private record Mount(String id, String device, String point, String type, String source, String options) {}

    /** Loop devices on file systems on volumes on ...: deeper is a circle. */
    private static final int DEEPEST = 8;

    private static final Pattern BLANK = Pattern.compile(" ");
    private static final Pattern LINE_FEED = Pattern.compile("\n", Pattern.LITERAL);
    private static final String BEFORE_TYPE = " - ";
    private static final String ANONYMOUS = "0:";

    private final Path sys;
    private final Path mounts;

    public DiskLookup(Path sys, Path mounts) {
        this.sys = sys;
        this.mounts = mounts;
    }

    /**
     * Finds the disk of a file by its status.
     *
     * @param device as {@code FileStatus.device()}
     * @param mountId as {@code FileStatus.mountId()}; 0 if it is not known
     */
    public Found find(long device, long mountId) {
        final String number = (device >>> 32) + ":" + (device & 0xFFFF_FFFFL);
        try {
            if (!number.startsWith(ANONYMOUS)) {
                return ofDevice(number, 0);
            }
            final List<Mount> table = readMounts();
            final String id = Long.toString(mountId);
            for (final Mount mount : table) {
                if (mount.id.equals(id)) { // a subvolume of btrfs has a number that is not its mount's
                    return ofMount(mount, table, 0);
                }
            }
            for (final Mount mount : table) {
                if (mount.device.equals(number)) {
                    return ofMount(mount, table, 0);
                }
            }
            return new Found(number, Found.NOT_KNOWN);
        } catch (IOException | InvalidPathException e) {
            return new Found(
                    number,
                    Found.NOT_KNOWN); // not shown here, just unplugged, or of a name that this locale cannot say
        }
    }

    private Found ofDevice(String number, int depth) throws IOException {
        final Path link = sys.resolve("dev/block").resolve(number);
        if (depth > DEEPEST || !Files.exists(link)) {
            return new Found(number, Found.NOT_KNOWN);
        }
        final Path shown = link.toRealPath();
        final Path whole = Files.exists(shown.resolve("partition")) ? shown.getParent() : shown;
        Found first = null;
        for (final String below : slaves(whole)) {
            final Found found = ofDevice(below, depth + 1);
            final int shortest = Math.min(found.queueRequests, first == null ? Found.NOT_KNOWN : first.queueRequests);
            final boolean isFirst = first == null || found.name.compareTo(first.name) < 0;
            first = new Found(isFirst ? found.name : first.name, shortest);
        }
        if (first != null) {
            return first;
        }
        final Path backing = whole.resolve("loop/backing_file");
        if (Files.exists(backing)) {
            final List<Mount> table = readMounts();
            final Mount mount = mountOf(read(backing), table);
            final Found own = ofWhole(whole);
            return mount == null ? own : ofMount(mount, table, depth + 1).behind(own.queueRequests);
        }
        return ofWhole(whole);
    }

    private static Found ofWhole(Path whole) throws IOException {
        final Path requests = whole.resolve("queue/nr_requests");
        return new Found(
                whole.getFileName().toString(),
                Files.exists(requests) ? Integer.parseInt(read(requests)) : Found.NOT_KNOWN);
    }

    /** The numbers of the devices that one is made of. */
    private static List<String> slaves(Path whole) throws IOException {
        final List<String> numbers = new ArrayList<>();
        final Path slaves = whole.resolve("slaves");
        if (Files.isDirectory(slaves)) {
            try (DirectoryStream<Path> below = Files.newDirectoryStream(slaves)) {
                for (final Path slave : below) {
                    numbers.add(read(slave.resolve("dev")));
                }
            } catch (DirectoryIteratorException e) { // as where getdents64 is refused
                throw e.getCause();
            }
        }
        return numbers;
    }

    private Found ofMount(Mount mount, List<Mount> table, int depth) throws IOException {
        if (!mount.device.startsWith(ANONYMOUS)) {
            return ofDevice(mount.device, depth);
        }
        if (mount.source.startsWith("/dev/")) {
            final String number = numberOf(Path.of(mount.source));
            if (number != null) {
                return ofDevice(number, depth);
            }
        }
        if (mount.type.equals("overlay")) {
            final Mount below = mountOf(overlaid(mount.options), table);
            if (below != null && !below.equals(mount) && depth < DEEPEST) { // a container does not see what is below
                return ofMount(below, table, depth + 1);
            }
        }
        return new Found(mount.type + " " + served(mount), Found.NOT_KNOWN);
    }

    /** By whom: mounts of one file server, or of one pool, share its disks. */
    private static String served(Mount mount) {
        return switch (mount.type) {
            case "nfs", "nfs4" -> before(":/", 0, mount.source);
            case "cifs", "smb3" -> before("/", "//".length(), mount.source);
            case "zfs" -> before("/", 0, mount.source);
            default -> mount.device;
        };
    }

    private static String before(String mark, int from, String text) {
        final int end = text.indexOf(mark, from);
        return end < 0 ? text : text.substring(0, end);
    }

    /** Null if a name below /dev is no block device that sysfs knows. */
    private String numberOf(Path node) throws IOException {
        final Path known =
                sys.resolve("class/block").resolve(node.getFileName()).resolve("dev");
        if (Files.exists(known)) {
            return read(known);
        }
        if (!Files.exists(node)) { // devtmpfs: in memory
            return null;
        }
        final long number = (Long) Files.getAttribute(node, "unix:rdev");
        return ((number >>> 8 & 0xFFF) | (number >>> 32 & ~0xFFFL)) + ":"
                + ((number & 0xFF) | (number >>> 12 & ~0xFFL));
    }

    /** Where the files of an overlay are that can change, else the first of those that cannot. */
    private static String overlaid(String options) {
        String found = "";
        for (final String option : options.split(",", -1)) {
            if (option.startsWith("upperdir=")) {
                return option.substring("upperdir=".length());
            }
            if (option.startsWith("lowerdir=")) {
                found = option.substring("lowerdir=".length()).split(":", 2)[0];
            }
        }
        return found;
    }

    /** The mount that a path is below, by the names alone; the last one hides those before it. */
    private static Mount mountOf(String path, List<Mount> table) {
        if (path.isEmpty()) {
            return null;
        }
        Mount longest = null;
        for (final Mount mount : table) {
            final boolean below = mount.point.equals("/")
                    || path.equals(mount.point)
                    || (path.startsWith(mount.point) && path.charAt(mount.point.length()) == '/');
            if (below && (longest == null || mount.point.length() >= longest.point.length())) {
                longest = mount;
            }
        }
        return longest;
    }

    private List<Mount> readMounts() throws IOException {
        final List<Mount> table = new ArrayList<>();
        final String lines = Files.readString(mounts, ISO_8859_1).stripTrailing(); // names are bytes,
        for (final String line : LINE_FEED.split(lines, -1)) { // a carriage return is one of them
            final int type = line.indexOf(BEFORE_TYPE);
            final String[] before = BLANK.split(line, -1);
            final String[] behind = BLANK.split(line.substring(type + BEFORE_TYPE.length()), -1);
            table.add(new Mount(
                    before[0],
                    before[2],
                    unescape(before[4]),
                    behind[0],
                    unescape(behind[1]),
                    behind.length > 2 ? unescape(behind[2]) : ""));
        }
        return table;
    }

    /** Blanks and the like are octal in the table. */
    private static String unescape(String text) {
        return text.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, ISO_8859_1).strip();
    }
}
