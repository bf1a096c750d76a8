// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class FioTest {
    private static final String PRINTED = """
            fio: a warning
            {
              "fio version": "fio-3.33",
              "jobs": [{
                "jobname": "warm-up",
                "usr_cpu": 50.0,
                "read": {"iops": 10.0}
              }, {
                "jobname": "window",
                "usr_cpu": 5.0,
                "sys_cpu": 15.0,
                "read": {
                  "iops": 50000.0,
                  "lat_ns": {"percentile": {"50.000000": 600000, "99.000000": 1500000}}
                }
              }]
            }
            """;

    @Test
    void shouldReadFigures() throws IOException {
        assertThat(Fio.figures(PRINTED))
                .containsOnly(entry("iops", 50_000.0), entry("cpu", 4.0), entry("p50", 600.0), entry("p99", 1500.0));
    }

    @Test
    void shouldTellWhatItPrintedInstead() {
        assertThatThrownBy(() -> Fio.figures("fio: failed to open the file"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("failed to open the file");
        assertThatThrownBy(() -> Fio.figures("{\"jobs\": []}"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("read nothing");
    }
}
