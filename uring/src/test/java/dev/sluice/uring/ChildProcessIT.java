// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Sockets;
import dev.sluice.uring.contract.RingTester;
import dev.sluice.uring.contract.TestLibC;
import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.sys.SystemCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A child started by a bare posix_spawn, which closes nothing itself, lists what it was left. */
class ChildProcessIT {

    private static final int F_DUPFD = 0;

    @TempDir
    Path folder;

    @Test
    void shouldLeaveNoDescriptorToAChild() throws Exception {
        try (RingTester tester = RingTester.open()) {
            final int listener =
                    tester.closeLater(Sockets.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4));
            final int client = tester.closeLater(Sockets.connect(Sockets.localAddress(listener)));
            final int accepted =
                    tester.closeLater(tester.run(sqe -> sqe.prepAccept(listener, SocketFlags.SOCK_CLOEXEC)));
            final List<Integer> ours = new ArrayList<>(List.of(tester.ring.fd(), listener, client, accepted));
            ours.add(tester.closeLater(Descriptors.eventFd()));
            ours.add(tester.closeLater(Descriptors.openDirectory(folder)));
            for (final int fd : tester.closeLater(Descriptors.pipe())) {
                ours.add(fd);
            }
            for (final int fd : tester.closeLater(Descriptors.socketPair())) {
                ours.add(fd);
            }
            final int inherited = tester.closeLater(SystemCalls.fcntl(ours.get(4), F_DUPFD, 900));

            final Map<Integer, String> targets = targets(ours);

            final Path list = folder.resolve("list");
            final int exit = TestLibC.spawnAndWait(List.of("/bin/sh", "-c", "ls -l /proc/$$/fd > '" + list + "'"));

            assertThat(exit).isZero();
            final Map<Integer, String> left = parse(Files.readAllLines(list));
            assertThat(left).as("a descriptor made to be inherited").containsEntry(inherited, "anon_inode:[eventfd]");
            assertThat(targets).hasSize(10);
            // By number and target: the shell may have opened something of its own under a number of ours.
            targets.forEach((fd, target) -> assertThat(left).doesNotContain(Map.entry(fd, target)));
        }
    }

    private static Map<Integer, String> targets(List<Integer> fds) throws IOException {
        final Map<Integer, String> targets = new TreeMap<>();
        for (final int fd : fds) {
            targets.put(
                    fd, Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString());
        }
        return targets;
    }

    /** Lines such as {@code lr-x------ 1 user group 64 Jan 1 00:00 7 -> pipe:[4711]}. */
    private static Map<Integer, String> parse(List<String> lines) {
        final Map<Integer, String> targets = new TreeMap<>();
        for (final String line : lines) {
            final int arrow = line.indexOf(" -> ");
            if (arrow > 0) {
                final String fd = line.substring(line.lastIndexOf(' ', arrow - 1) + 1, arrow);
                targets.put(Integer.valueOf(fd), line.substring(arrow + " -> ".length()));
            }
        }
        return targets;
    }
}
