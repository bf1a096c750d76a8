// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110, 8.8.3.2 and 13.1: tags, their comparison, and lists of them. In the tests ' stands for the quotation mark. */
class EntityTagListTest {
    private static final FileVersion FILE = new FileVersion(1L, 1L, 1, 1L, 1, 1L);

    private static final EntityTag STRONG =
            EntityTag.of(FILE, Identity.SIZE_AND_MODIFICATION, ContentCoding.IDENTITY, false);

    private static final EntityTag WEAK =
            EntityTag.of(FILE, Identity.SIZE_AND_MODIFICATION, ContentCoding.IDENTITY, true);

    private static String list(String written) {
        return written.replace("own", STRONG.opaque()).replace('\'', '"');
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "own",
                " own ",
                "'a', own",
                "own,'a'",
                ",, own ,,",
                "'a','b',W/'c',own,'d'",
                "'', own",
                "'a,b', own",
                "'W/', own",
                "'*', own",
                "'\u00e9\u00ff', own",
                "'!#[]\\~', own"
            })
    void shouldFindATagInAList(String list) {
        assertThat(EntityTagList.hasWeak(list(list), STRONG)).isTrue();
        assertThat(EntityTagList.hasStrong(list(list), STRONG)).isTrue();
    }

    /** The table of RFC 9110, 8.8.3.2. */
    @ParameterizedTest
    @CsvSource({
        "true, true, false, true",
        "true, false, false, true",
        "false, true, false, true",
        "false, false, true, true"
    })
    void shouldCompareStronglyAndWeakly(boolean ownWeak, boolean otherWeak, boolean strongly, boolean weakly) {
        final EntityTag own = ownWeak ? WEAK : STRONG;
        final String other = (otherWeak ? "W/" : "") + own.opaque();
        assertThat(EntityTagList.hasStrong(other, own)).isEqualTo(strongly);
        assertThat(EntityTagList.hasWeak(other, own)).isEqualTo(weakly);
        assertThat(EntityTagList.isStrong(other, own)).isEqualTo(strongly);
        assertThat(EntityTagList.hasWeak("\"other\"", own)).isFalse();
        assertThat(EntityTagList.hasStrong("\"other\"", own)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "own 'a'",
                "own'a'",
                "own;",
                "own, a",
                "own, *",
                "*, own",
                "**",
                "own, 'a",
                "own, '",
                "own, 'a b'",
                "own, 'a\tb'",
                "own, 'a\u007f'",
                "w/own",
                "W/ own",
                "W/, own",
                "own, W/",
                "own, W/a",
                "WW/own",
                "'a'own",
                "own, 'a''b'"
            })
    void shouldFindNothingInWhatIsMalformed(String list) {
        assertThat(EntityTagList.hasWeak(list(list), STRONG)).isFalse();
        assertThat(EntityTagList.hasStrong(list(list), STRONG)).isFalse();
        assertThat(EntityTagList.isAny(list(list))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"own, own", " own", "own ", "W/own", "own,", "*", ""})
    void shouldTakeOneTagForIfRange(String list) {
        assertThat(EntityTagList.isStrong(list(list), STRONG)).isFalse();
        assertThat(EntityTagList.isStrong(list("own"), STRONG)).isTrue();
    }
}
