// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whom a request is for: {@code 10.*} and {@code fd00::1} are trusted. A bar is between two fields.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7239">RFC 7239, Forwarded</a>
 */
class ForwardedForTest {
    private final ForwardedFor forwardedFor =
            new ForwardedFor(address -> address.getHostAddress().startsWith("10.")
                    || address.getHostAddress().startsWith("fd00:"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "203.0.113.7 ~203.0.113.7",
                "203.0.113.7, 10.0.0.2 ~203.0.113.7",
                "203.0.113.7,10.0.0.2,10.0.0.3 ~203.0.113.7",
                "1.2.3.4, 203.0.113.7, 10.0.0.2 ~203.0.113.7",
                "10.9.9.9, 203.0.113.7, 10.0.0.2 ~203.0.113.7",
                "203.0.113.7|10.0.0.2 ~203.0.113.7",
                "203.0.113.7|1.2.3.4, 10.0.0.2 ~1.2.3.4",
                "10.0.0.4, 10.0.0.3 ~10.0.0.4",
                "203.0.113.7:4711 ~203.0.113.7",
                "2001:db8::7 ~2001:db8:0:0:0:0:0:7",
                "[2001:db8::7] ~2001:db8:0:0:0:0:0:7",
                "[2001:db8::7]:4711, fd00::1 ~2001:db8:0:0:0:0:0:7",
                "::ffff:203.0.113.7 ~203.0.113.7",
                "203.0.113.7,  ~10.0.0.1",
                "203.0.113.7,, 10.0.0.2 ~10.0.0.2",
                "203.0.113.7, unknown, 10.0.0.2 ~10.0.0.2",
                "203.0.113.7, unix: ~10.0.0.1",
                "203.0.113.7, localhost ~10.0.0.1",
                "203.0.113.7, 010.0.0.1 ~10.0.0.1",
                "203.0.113.7, 10.0.0 ~10.0.0.1",
                "203.0.113.7, 10.0.0.256 ~10.0.0.1",
                "203.0.113.7, 10.0.0.2:99999 ~10.0.0.1",
                "203.0.113.7, 10.0.0.2: ~10.0.0.1",
                "203.0.113.7, fe80::1%eth0 ~10.0.0.1",
                "203.0.113.7, [10.0.0.2] ~10.0.0.1",
                "203.0.113.7, [::1 ~10.0.0.1",
                "203.0.113.7, \u0661\u0660.0.0.2 ~10.0.0.1"
            })
    void shouldWalkFromTheRightWhileTrusted(String fields, String client) {
        assertThat(forwardedFor.client(address("10.0.0.1"), fields(fields))).isEqualTo(address(client));
    }

    @Test
    void shouldBelieveNobodyWhoIsNotTrusted() {
        final InetAddress peer = address("203.0.113.9");
        assertThat(forwardedFor.client(peer, List.of("1.2.3.4"))).isEqualTo(peer);
        assertThat(forwardedFor.clientOfForwarded(peer, List.of("for=1.2.3.4"))).isEqualTo(peer);
    }

    @Test
    void shouldTakeThePeerIfNothingIsSaid() {
        final InetAddress peer = address("10.0.0.1");
        assertThat(forwardedFor.client(peer, List.of())).isEqualTo(peer);
        assertThat(forwardedFor.client(peer, List.of(""))).isEqualTo(peer);
        assertThat(forwardedFor.clientOfForwarded(peer, List.of("", " "))).isEqualTo(peer);
    }

    /** RFC 7239, 4: Forwarded. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '\'',
            value = {
                "for=203.0.113.7 ~203.0.113.7",
                "For=203.0.113.7;proto=http;by=10.0.0.1 ~203.0.113.7",
                "proto=http;for=203.0.113.7, for=10.0.0.2 ~203.0.113.7",
                "for=\"203.0.113.7:4711\" ~203.0.113.7",
                "for=\"[2001:db8::7]:4711\" ~2001:db8:0:0:0:0:0:7",
                "for=\"[2001:db8::7]:_x\" ~2001:db8:0:0:0:0:0:7",
                "for=1.2.3.4, for=203.0.113.7;host=\"a,b;for=c\" ~203.0.113.7",
                "for=203.0.113.7, for=10.0.0.2;ext=\"\\\"\" ~203.0.113.7",
                "for=\", for=203.0.113.7 ~203.0.113.7",
                "for=203.0.113.7, for=unknown ~10.0.0.1",
                "for=203.0.113.7, for=_hidden ~10.0.0.1",
                "for=203.0.113.7, by=10.0.0.2 ~10.0.0.1",
                "for=203.0.113.7, for=10.0.0.2;for=10.0.0.3 ~10.0.0.1",
                "for=203.0.113.7, 10.0.0.2 ~10.0.0.1",
                "for=203.0.113.7, for=\"10.0.0.2 ~10.0.0.1",
                "for=203.0.113.7, xfor=10.0.0.2 ~10.0.0.1"
            })
    void shouldReadTheForOfEachElement(String fields, String client) {
        assertThat(forwardedFor.clientOfForwarded(address("10.0.0.1"), fields(fields)))
                .isEqualTo(address(client));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"", "\\", ",", ";", "=", "for=", "for=\"\\\"", "[", "]:", ":", "::", "1", ".:1"})
    void shouldEndTheWalkAtAnyGarbage(String garbage) {
        final InetAddress peer = address("10.0.0.1");
        assertThat(forwardedFor.client(peer, List.of(garbage.repeat(3)))).isEqualTo(peer);
        assertThat(forwardedFor.clientOfForwarded(peer, List.of(garbage.repeat(3))))
                .isEqualTo(peer);
    }

    private static List<String> fields(String text) {
        return Arrays.asList(text.split("\\|"));
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new AssertionError(text, e);
        }
    }
}
