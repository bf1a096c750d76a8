// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Goal: contents of files of which the kernel does not tell this process whether somebody writes. Method: files of another owner, in a
 * process without CAP_LEASE.
 */
final class WithoutLeasesProgram {
    private static final int NOBODY = 65534;

    private WithoutLeasesProgram() {}

    /** Fails unless each change is noticed; {@code arguments[0]} is a directory to work in. */
    public static void main(String[] arguments) throws Exception {
        final Path directory = Files.createDirectories(Path.of(arguments[0]).resolve("root"));
        final Path file = Files.writeString(directory.resolve("file"), "content");
        Files.setAttribute(file, "unix:uid", NOBODY);
        final int fd = Descriptors.open(file, OpenFlags.O_RDONLY);
        assertThat(Descriptors.probeWriters(fd)).isEqualTo(-Errno.EACCES);
        Descriptors.close(fd);

        try (CacheFixture served = new CacheFixture(directory, 8).keepingContents(1 << 20)) {
            served.keep("file");
            Files.writeString(file, "CONTENT");
            served.assertAsFresh("file");
            served.keep("file");
            try (SharedMapping mapping = new SharedMapping(file)) {
                served.keep("file"); // for all that is known
                mapping.store("A");
                assertThat(served.ask("file").text())
                        .as("a store to a clean page")
                        .startsWith("A");
            }
            served.assertAsFresh("file");
            if (KernelAio.isThere()) {
                served.keep("file");
                try (KernelAio aio = new KernelAio(file);
                        dev.sluice.uring.memory.NativeMemory memory = dev.sluice.uring.memory.NativeMemory.map(4096)) {
                    memory.buffer(0L, 4096).put(0, (byte) 'z');
                    aio.write(memory.address(), 1);
                    assertThat(served.ask("file").text()).startsWith("z");
                }
            }
        }
        System.out.println("noticed");
    }
}
