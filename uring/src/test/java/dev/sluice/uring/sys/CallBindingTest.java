// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Which way calls go, as asked for and as the JVM has it. */
class CallBindingTest {
    private static final String FOREIGN = "calls by the foreign function interface";
    private static final String JNA = "calls by JNA";

    @Test
    void shouldTakeJnaWhereThatIsAskedFor() {
        final CallBinding binding = CallBinding.choose("jna");

        assertThat(binding).hasToString(JNA);
        assertThatCode(binding::check).doesNotThrowAnyException();
    }

    @Test
    void shouldRefuseAnotherWordAndCallByJnaUntilThatIsSaid() {
        final CallBinding binding = CallBinding.choose("panama");

        assertThat(binding).hasToString(JNA);
        assertThatThrownBy(binding::check)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("-Dsluice.uring.binding must be ffm or jna: panama");
    }

    @Test
    @EnabledForJreRange(minVersion = 22)
    void shouldTakeTheForeignFunctionInterfaceWhereThereIsOne() {
        assertThat(CallBinding.choose(null)).hasToString(FOREIGN);
        assertThat(CallBinding.choose("ffm")).hasToString(FOREIGN);
        assertThatCode(CallBinding.choose("ffm")::check).doesNotThrowAnyException();
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_21)
    void shouldTakeJnaWhereThereIsNoForeignFunctionInterface() {
        assertThat(CallBinding.choose(null)).hasToString(JNA);
        assertThatCode(CallBinding.choose(null)::check).doesNotThrowAnyException();
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_21)
    void shouldSayWhatIsMissingWhereItIsAskedForAndNotThere() {
        final CallBinding binding = CallBinding.choose("ffm");

        assertThat(binding).hasToString(JNA);
        assertThatThrownBy(binding::check)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("java.lang.foreign is there from JDK 22 on, and this is " + Runtime.version());
    }
}
