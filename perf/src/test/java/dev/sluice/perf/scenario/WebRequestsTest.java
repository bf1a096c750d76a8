// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.perf.load.RequestTexts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebRequestsTest {
    private static final WebCorpus CORPUS = new WebCorpus(1000, 1 << 20);
    private static final int COUNT = 1 << 16;

    @TempDir
    static Path root;

    private final WebRequests requests = new WebRequests(CORPUS, Collections.nCopies(CORPUS.count(), "\"tag\""));

    @BeforeAll
    static void writeFiles() throws IOException {
        CORPUS.write(root);
    }

    @Test
    void shouldHaveTheSharesThatItSays() {
        assertThat(share("\"tag\"") + share("If-Modified-Since: ")).isBetween(0.09, 0.11);
        assertThat(share("If-Modified-Since: "
                        + DateTimeFormatter.ofPattern("EEE, dd MMM yyyy", Locale.ENGLISH)
                                .format(CORPUS.modified(0).atOffset(ZoneOffset.UTC))))
                .isPositive();
        assertThat(share("Range: bytes=")).isBetween(0.09, 0.11);
        assertThat(share(".gone HTTP/1.1")).isBetween(0.015, 0.025);
        assertThat(share("Connection: close")).isBetween(0.09, 0.11);
    }

    /** With an exponent of 0.9 the most popular of 1,000 files has a twelfth of the requests. */
    @Test
    void shouldAskForTheMostPopularFileByFarMostOften() {
        requests.beginTurn(0);
        final Map<String, Long> times = take(COUNT).stream()
                .collect(Collectors.groupingBy(each -> each.split(" ", 3)[1], Collectors.counting()));

        assertThat(Collections.max(times.values()) / (double) COUNT).isBetween(0.06, 0.12);
    }

    @Test
    void shouldAskTheSameInATurnWhateverCameBefore() {
        requests.beginTurn(3);
        final List<String> once = take(50);
        take(17);
        requests.beginTurn(3);

        assertThat(take(50)).isEqualTo(once);
        requests.beginTurn(4);
        assertThat(take(50)).isNotEqualTo(once);
    }

    @Test
    void shouldHaveFilesOfAllSizes() {
        int small = 0;
        int large = 0;
        for (int file = 0; file < CORPUS.count(); file++) {
            assertThat(CORPUS.length(file)).isBetween(WebCorpus.MIN_BYTES, 1 << 20);
            assertThat(CORPUS.content(file)).hasSize(CORPUS.length(file));
            small += CORPUS.length(file) < 4096 ? 1 : 0;
            large += CORPUS.length(file) > 256 * 1024 ? 1 : 0;
        }
        assertThat(small).isGreaterThan(100);
        assertThat(large).isGreaterThan(20);
    }

    private double share(String text) {
        requests.beginTurn(0);
        return take(COUNT).stream().filter(each -> each.contains(text)).count() / (double) COUNT;
    }

    private List<String> take(int count) {
        return RequestTexts.take(requests, count);
    }
}
