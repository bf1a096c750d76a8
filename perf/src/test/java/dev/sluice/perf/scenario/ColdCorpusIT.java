// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.perf.host.Cgroup;
import dev.sluice.perf.host.Commands;
import dev.sluice.perf.host.Teardown;
import dev.sluice.perf.scenario.ColdCorpus.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a cold file costs, counted by the kernel. */
class ColdCorpusIT {
    private static final int FILES = 40;
    private static final int DIRECTORIES = 40;

    @TempDir
    Path work;

    @Test
    void shouldTakeOneDiskReadForAColdFileAndThreeInAColdDirectory() throws IOException {
        final List<String> missing = new HotUnderCold().missing();
        assumeTrue(missing.isEmpty(), missing::toString);
        try (Teardown teardown = Teardown.atExit()) {
            final ColdCorpus corpus = ColdCorpus.prepare(work, FILES, DIRECTORIES);
            teardown.add(corpus.disk());
            final Cgroup cgroup = teardown.add(
                    Cgroup.create("sluice-perf-test-" + ProcessHandle.current().pid()));
            cgroup.limitReads(corpus.disk().device(), 1000);

            for (int round = 0; round < 2; round++) {
                corpus.makeCold();

                assertThat(reads(corpus, cgroup, ColdCorpus.HOT_PATH)).as("hot").isZero();
                assertThat(reads(corpus, cgroup, Kind.FILES.path(3))).as("cold").isEqualTo(1);
                assertThat(reads(corpus, cgroup, Kind.FILES.path(3)))
                        .as("read before")
                        .isZero();
                for (int index : new int[] {30, 3, 17, 39, 0}) {
                    assertThat(reads(corpus, cgroup, Kind.DIRECTORIES.path(index)))
                            .as("in cold directory %s", index)
                            .isEqualTo(3);
                }
            }
        }
        assertThat(work.resolve("disk")).doesNotExist();
    }

    @Test
    void shouldUseAKeptCorpusAgain() throws IOException {
        final List<String> missing = new HotUnderCold().missing();
        assumeTrue(missing.isEmpty(), missing::toString);
        ColdCorpus.prepare(work, FILES, DIRECTORIES).disk().close();
        final Object first = Files.getAttribute(work.resolve("disk.img"), "unix:ino");

        ColdCorpus.prepare(work, FILES, DIRECTORIES).disk().close();
        assertThat(Files.getAttribute(work.resolve("disk.img"), "unix:ino")).isEqualTo(first);

        ColdCorpus.prepare(work, FILES + 1, DIRECTORIES).disk().close();
        try (Teardown teardown = Teardown.atExit()) {
            final ColdCorpus another = ColdCorpus.prepare(work, FILES + 1, DIRECTORIES);
            teardown.add(another.disk());
            another.makeCold(); // counts the files
        }
    }

    private static long reads(ColdCorpus corpus, Cgroup cgroup, String path) throws IOException {
        final String device = corpus.disk().device();
        final StringBuilder script = new StringBuilder();
        cgroup.procsFiles()
                .forEach(procs -> script.append("echo $$ > ").append(procs).append("; "));
        final long before = cgroup.readCount(device);
        Commands.run("sh", "-c", script + "cat " + corpus.disk().root() + path + " > /dev/null");
        return cgroup.readCount(device) - before;
    }
}
