// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.uring.call.Inotify;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.FileNames;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** Names that are not UTF-8 name files like any other, byte for byte. A shell that knows nothing of their text makes them. */
class RawNamesIT extends CacheTests {
    /** The bytes FF FE, and .bin. */
    private static final String RAW = "\udcff\udcfe.bin";

    /** In a script: the name, and the directory that has a byte in it that would begin a longer character. */
    private static final String RAW_IN_SHELL = "\"$(printf '\\377\\376.bin')\"";

    private static final String RAW_DIRECTORY = "d\udcc3";
    private static final String RAW_DIRECTORY_IN_SHELL = "\"$(printf 'd\\303')\"";

    private void shell(String script) throws Exception {
        final Process shell = new ProcessBuilder("sh", "-c", script)
                .directory(directory.toFile())
                .inheritIO()
                .start();
        assertThat(shell.waitFor()).isZero();
    }

    @Test
    void shouldOpenWhatIsNamedByBytesThatAreNotUtf8() throws Exception {
        shell("printf raw > " + RAW_IN_SHELL + "; mkdir " + RAW_DIRECTORY_IN_SHELL + "; printf in > "
                + RAW_DIRECTORY_IN_SHELL + "/" + RAW_IN_SHELL);

        assertThat(served.askTheKernel(RAW).text()).isEqualTo("raw");
        assertThat(served.askTheKernel(RAW_DIRECTORY + "/" + RAW).text()).isEqualTo("in");
        assertThat(served.askTheKernel("\udcff.bin").result()).isEqualTo(-Errno.ENOENT);
    }

    @Test
    void shouldListAndRenameAndRemoveThem() throws Exception {
        shell("printf raw > " + RAW_IN_SHELL);
        final AsyncPaths paths = served.aio.io.paths();
        assertThat(served.aio.io.blockingWork().list(served.root, ".", DirectoryPage.BEGIN, served.aio.normal, "list"))
                .isNotNegative();
        assertThat(((DirectoryPage) served.aio.runOne().message()).entries())
                .extracting(DirectoryEntry::name)
                .containsExactlyInAnyOrder("a", "top", RAW);

        paths.rename(served.root, RAW, "plain", 0, served.aio.normal, "rename");
        assertThat(served.aio.runOne().result()).isZero();
        assertThat(directory.resolve("plain")).hasContent("raw");
        paths.symlink(RAW, served.root, "link", served.aio.normal, "symlink");
        assertThat(served.aio.runOne().result()).isZero();
        served.aio.io.blockingWork().attributes().readLink(served.root, "link", served.aio.normal, "readlink");
        assertThat(served.aio.runOne().message()).isEqualTo(RAW);
        paths.rename(served.root, "plain", RAW, 0, served.aio.normal, "rename");
        assertThat(served.aio.runOne().result()).isZero();
        assertThat(served.askTheKernel("link").text()).isEqualTo("raw");
        paths.unlink(served.root, RAW, served.aio.normal, "unlink");
        assertThat(served.aio.runOne().result()).isZero();
        shell("! test -e " + RAW_IN_SHELL);
    }

    @Test
    void shouldReportThemToWatchesAsTheyAreOpened() throws Exception {
        final AioFixture aio = served.aio;
        final FileWatches watches = aio.io.files().newFileWatches(aio.normal, "watches");
        assertThat(watches.newWatch().start(served.root, Inotify.IN_CREATE, aio.normal, "dir"))
                .isNotNegative();
        shell(": > " + RAW_IN_SHELL);

        final Seen seen = aio.runOne();
        assertThat(((FileChange) seen.message()).name()).isEqualTo(RAW);
        watches.close();
        aio.runUntil(
                () -> aio.seen.stream().anyMatch(last -> last.result() == Inotify.IN_IGNORED || last.result() < 0));
    }

    @Test
    void shouldKeepThemAndForgetThemWhenTheyChange() throws Exception {
        shell("printf raw > " + RAW_IN_SHELL + "; mkdir " + RAW_DIRECTORY_IN_SHELL);
        assertThat(served.isCached(RAW)).isTrue();
        assertThat(served.isCached(RAW_DIRECTORY + "/" + RAW))
                .as("a missing name")
                .isTrue();

        shell("printf new > other; mv other " + RAW_IN_SHELL + "; mv " + RAW_DIRECTORY_IN_SHELL + " gone; mkdir "
                + RAW_DIRECTORY_IN_SHELL + "; printf in > " + RAW_DIRECTORY_IN_SHELL + "/" + RAW_IN_SHELL);
        assertThat(served.ask(RAW).text()).isEqualTo("new");
        assertThat(served.ask(RAW_DIRECTORY + "/" + RAW).text()).isEqualTo("in");
        assertThat(served.isCached(RAW)).isTrue();
    }

    /** The bytes of U+00E9 one by one are the same file, whose changes are reported by its usual text. */
    @Test
    void shouldServeAndNotKeepWhatSpellsAUsualNameUnusually() throws Exception {
        shell("printf e > \"$(printf '\\303\\251')\"");
        final String unusual = "\udcc3\udca9";
        assertThat(FileNames.isUsual(unusual)).isFalse();
        assertThat(served.ask(unusual).text()).isEqualTo("e");
        assertThat(served.isCached(unusual)).isFalse();
        assertThat(served.isCached("\u00e9")).isTrue();
        shell("printf f > other; mv other \"$(printf '\\303\\251')\"");
        assertThat(served.ask(unusual).text()).isEqualTo("f");
        assertThat(served.ask("\u00e9").text()).isEqualTo("f");
    }

    @Test
    void shouldRefuseWhatStandsForNoBytes() throws Exception {
        Files.createFile(directory.resolve("?")); // what other encoders make of it
        for (final String path : new String[] {"\ud800", "a/\udc7f", "\udd00", "\udcff\ud800x"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> served.cache.open(path, served.aio.normal, "open"))
                    .withMessageContaining("half of a surrogate pair");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> served.aio.io.paths().unlink(served.root, path, served.aio.normal, "unlink"));
        }
    }
}
