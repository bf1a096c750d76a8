// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.samples.http.wire.FuzzContract;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;

/** The first byte says which siblings there may be; each line behind it is a field. */
class AcceptedCodingsFuzzTest extends FuzzContract {
    /** RFC 9110, 12.5.3 and 12.4.2. */
    private static final Pattern MEMBER = Pattern.compile("[ \\t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \\t]*"
            + "(?:;[ \\t]*[qQ]=(0(?:\\.[0-9]{0,3})?|1(?:\\.0{0,3})?)[ \\t]*)?");

    private static final List<ContentCoding> SIBLINGS =
            List.of(ContentCoding.ZSTD, ContentCoding.BROTLI, ContentCoding.GZIP);

    AcceptedCodingsFuzzTest() {
        super("accepted-codings");
    }

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] data) {
        final Set<ContentCoding> offered = EnumSet.of(ContentCoding.IDENTITY);
        final HttpFields.Mutable fields = HttpFields.build();
        final List<String> members = new ArrayList<>();
        if (data.length > 0) {
            for (int i = 0; i < SIBLINGS.size(); i++) {
                if ((data[0] >> i & 1) != 0) {
                    offered.add(SIBLINGS.get(i));
                }
            }
            for (final String line : new String(data, 1, data.length - 1, ISO_8859_1).split("\n", -1)) {
                fields.add("Accept-Encoding", line);
                members.addAll(List.of(line.split(",", -1)));
            }
        }
        final AcceptedCodings accepted = new AcceptedCodings(offered);
        accepted.set(fields);
        final List<ContentCoding> told = new ArrayList<>();
        for (int i = 0; i < accepted.count(); i++) {
            told.add(accepted.get(i));
        }
        assertThat(told).isEqualTo(naive(members, offered));
    }

    @Override
    protected void check(byte[] data) {
        fuzzerTestOneInput(data);
    }

    /** By falling weights; at one weight first what is named, then the file as it is if that is meant by the star, then our preference. */
    private static List<ContentCoding> naive(List<String> members, Set<ContentCoding> offered) {
        final Map<String, BigDecimal> weights = weights(members);
        final BigDecimal ofAny = weights.get("*");
        final Map<ContentCoding, BigDecimal> accepted = new HashMap<>();
        for (final ContentCoding coding : offered) {
            final BigDecimal weight = weights.getOrDefault(coding.token(), ofAny);
            if (weight == null ? coding == ContentCoding.IDENTITY : weight.signum() > 0) {
                accepted.put(coding, weight == null ? BigDecimal.ZERO : weight);
            }
        }
        final Comparator<ContentCoding> byWeight = Comparator.comparing(accepted::get, Comparator.reverseOrder());
        return accepted.keySet().stream()
                .sorted(byWeight.thenComparing(coding -> !weights.containsKey(coding.token()))
                        .thenComparing(
                                coding -> weights.containsKey(coding.token()) || coding != ContentCoding.IDENTITY)
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /** The last one counts of those that come again. */
    private static Map<String, BigDecimal> weights(List<String> members) {
        final Map<String, BigDecimal> weights = new HashMap<>();
        for (final String member : members) {
            final Matcher matcher = MEMBER.matcher(member);
            if (matcher.matches()) {
                final String name = matcher.group(1).toLowerCase(Locale.ROOT);
                weights.put(
                        name.equals("x-gzip") ? "gzip" : name,
                        matcher.group(2) == null ? BigDecimal.ONE : new BigDecimal(withoutDot(matcher.group(2))));
            }
        }
        return weights;
    }

    private static String withoutDot(String weight) {
        return weight.endsWith(".") ? weight.substring(0, 1) : weight;
    }
}
