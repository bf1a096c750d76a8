// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.interest;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.sluice.events.InterestOps;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a descriptor can be declared for. */
class DeclarationTest {
    @ParameterizedTest
    @ValueSource(
            ints = {
                InterestOps.READABLE,
                InterestOps.WRITABLE | InterestOps.LEVEL,
                InterestOps.PEER_CLOSED | InterestOps.EXCEPTIONAL
            })
    void shouldTakeInterestInAnyOfTheConditionsAsEdgeOrLevel(int interestOps) {
        assertThatNoException().isThrownBy(() -> Declaration.check(interestOps));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0,
                InterestOps.LEVEL,
                InterestOps.ERROR,
                InterestOps.READABLE | InterestOps.HUNG_UP,
                InterestOps.READABLE | Integer.MIN_VALUE
            })
    void shouldRefuseInterestInNothingAndInWhatComesUndeclared(int interestOps) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Declaration.check(interestOps))
                .withMessageEndingWith("interestOps=0x" + Integer.toHexString(interestOps));
    }
}
