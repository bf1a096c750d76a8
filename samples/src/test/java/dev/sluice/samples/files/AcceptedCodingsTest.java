// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 9110, 12.5.3: Accept-Encoding. */
class AcceptedCodingsTest {
    private static final Set<ContentCoding> ALL = EnumSet.allOf(ContentCoding.class);

    private final AcceptedCodings accepted = new AcceptedCodings(ALL);

    static LongStream seeds() {
        return Seeds.of();
    }

    private static String order(AcceptedCodings accepted, String... lines) {
        final HttpFields.Mutable fields = HttpFields.build();
        for (final String line : lines) {
            fields.add("Accept-Encoding", line);
        }
        accepted.set(fields);
        return IntStream.range(0, accepted.count())
                .mapToObj(i -> accepted.get(i).token())
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip, deflate, br, zstd         | zstd br gzip identity",
                "gzip                            | gzip identity",
                "GZIP                            | gzip identity",
                "x-gzip                          | gzip identity",
                "''                              | identity",
                "compress, deflate               | identity",
                "identity                        | identity",
                "br;q=0.5, gzip                  | gzip br identity",
                "br;q=0.5,gzip;q=0.501           | gzip br identity",
                "gzip;q=0.001                    | gzip identity",
                "gzip;q=0.5, identity            | identity gzip",
                "gzip, identity;q=0.5            | gzip identity",
                "gzip;q=0                        | identity",
                "gzip;q=0.000, br;q=1.000        | br identity",
                "*                               | identity zstd br gzip",
                "*;q=0.5, gzip                   | gzip identity zstd br",
                "gzip, *;q=0                     | gzip",
                "identity;q=0                    | ''",
                "*;q=0                           | ''",
                "identity;q=0, gzip              | gzip",
                "*;q=0, identity                 | identity",
                "*;q=0, identity;q=0.1, br;q=0.2 | br identity",
                "gzip ; q=0.5 , br\t;\tq=0.7     | br gzip identity",
                "'gzip;Q=0.5,br'                 | br gzip identity",
                ",gzip,,                         | gzip identity",
                "gzip;q=2, br;q=0.1234, zstd;q=  | identity",
                "gzip;x=1, br;q=a, zstd;q=0..1   | identity",
                "gzip;q=1.001, br;q=.5           | identity",
                "gzipx, xgzip, gzi               | identity"
            })
    void shouldOrderByWeightThenPreference(String field, String order) {
        assertThat(order(accepted, field)).isEqualTo(order);
    }

    @Test
    void shouldSendTheFileAsItIsToWhoSaysNothing() {
        assertThat(order(accepted)).isEqualTo("identity");
        assertThat(order(accepted, "br", "gzip;q=0.5")).isEqualTo("br gzip identity");
        assertThat(order(accepted)).as("the next").isEqualTo("identity");
    }

    @Test
    void shouldOfferOnlyTheSiblingsThatTheServerLooksFor() {
        final AcceptedCodings gzip = new AcceptedCodings(EnumSet.of(ContentCoding.GZIP));
        assertThat(order(gzip, "gzip, br, zstd")).isEqualTo("gzip identity");
        assertThat(order(gzip, "br")).isEqualTo("identity");
        final AcceptedCodings none = new AcceptedCodings(Set.of());
        assertThat(order(none, "gzip, *;q=0.1")).isEqualTo("identity");
        assertThat(order(none, "gzip, identity;q=0")).isEmpty();
    }

    @Test
    void shouldTellCachesWhatTheAnswerDependsOn() {
        assertThat(AcceptedCodings.VARY.toString()).isEqualTo("Vary: Accept-Encoding");
    }

    /** Acceptable is what the four rules of RFC 9110, 12.5.3, say, and nothing of a lower weight is tried first. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldTryWhatIsAcceptableByFallingWeights(long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final String[] names = {"zstd", "br", "gzip", "identity", "*", "deflate"};
        for (int i = 0; i < 20_000; i++) {
            final Map<String, Integer> weights = new HashMap<>();
            final StringBuilder field = new StringBuilder();
            for (int member = random.nextInt(5); member > 0; member--) {
                final String name = names[random.nextInt(names.length)];
                if (!weights.containsKey(name)) {
                    final int weight = random.nextInt(4) == 0 ? 0 : random.nextInt(11);
                    weights.put(name, weight);
                    field.append(", ")
                            .append(name)
                            .append(";q=")
                            .append(weight / 10)
                            .append('.')
                            .append(weight % 10);
                }
            }
            order(accepted, field.toString());
            int before = Integer.MAX_VALUE;
            final Set<ContentCoding> tried = EnumSet.noneOf(ContentCoding.class);
            for (int at = 0; at < accepted.count(); at++) {
                final ContentCoding coding = accepted.get(at);
                tried.add(coding);
                final int weight = weights.getOrDefault(coding.token(), weights.getOrDefault("*", 0));
                assertThat(weight).as("%s", field).isLessThanOrEqualTo(before);
                before = weight;
            }
            for (final ContentCoding coding : ALL) {
                final Integer weight = weights.getOrDefault(coding.token(), weights.get("*"));
                final boolean acceptable = weight == null ? coding == ContentCoding.IDENTITY : weight > 0;
                assertThat(tried.contains(coding)).as("%s in %s", coding, field).isEqualTo(acceptable);
            }
        }
    }
}
