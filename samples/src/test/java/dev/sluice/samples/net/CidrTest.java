// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.0/8,    127.255.255.255, true",
        "127.0.0.0/8,    128.0.0.0,       false",
        "10.1.2.0/23,    10.1.3.255,      true",
        "10.1.2.0/23,    10.1.4.0,        false",
        "10.1.2.3,       10.1.2.3,        true",
        "10.1.2.3,       10.1.2.2,        false",
        "0.0.0.0/0,      255.1.2.3,       true",
        "0.0.0.0/0,      ::1,             false",
        "::/0,           10.0.0.1,        false",
        "2001:db8::/33,  2001:db8:7fff::, true",
        "2001:db8::/33,  2001:db8:8000::, false",
        "::1,            ::1,             true",
        "::ffff:10.0.0.0/104, 10.9.8.7,   true",
        "::ffff:10.0.0.0/104, 11.0.0.0,   false",
        "::ffff:10.1.2.3,     10.1.2.3,   true",
        "::ffff:0:0/96,       255.1.2.3,  true"
    })
    void shouldContainWhatSharesThePrefix(String range, String address, boolean contained) throws UnknownHostException {
        assertThat(Cidr.parse(range).contains(InetAddress.getByName(address))).isEqualTo(contained);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/8",
                "localhost",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "1.2.3.-1",
                "1.2.3.",
                "1.2.3.0x1",
                "1.2.3.0004",
                "1.2.3.4/",
                "1.2.3.4/x",
                "1.2.3.4/33",
                "1.2.3.4/-1",
                "::g",
                "::/129",
                ":::",
                "a99.0.0.1",
                "x40.0.0.0/8",
                "z50.1.2.3",
                "010.0.0.0/8",
                "10.0.0.0/+8",
                "10.0.0.0/08",
                "10.0.0.0/\u0668",
                "1.2.3.\u0664",
                "10.0.0.0/4294967304",
                "[::1]",
                "fe80::1%lo"
            })
    void shouldRefuseWhatIsNoRange(String text) {
        assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    /** A name with a colon would be looked up, and the test wait for that. */
    @ParameterizedTest
    @ValueSource(strings = {"zz:1", "localhost:80", ".:80", "host.example:443/8"})
    void shouldTakeNoNameForAnAddress(String text) {
        assertThatThrownBy(() -> Cidr.parse(text)).hasMessage("not an IP address: " + text);
    }

    /** Not as the IPv4 addresses with so many bits in common: who wrote that has said something else. */
    @ParameterizedTest
    @ValueSource(strings = {"::ffff:10.0.0.0/8", "::ffff:0:0/95", "::ffff:a00:0/32"})
    void shouldRefuseRangesThatReachBeyondMappedAddresses(String text) {
        assertThatThrownBy(() -> Cidr.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 96 bits")
                .hasMessageEndingWith(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1/8", "2001:db8::1/32", "128.0.0.0/0"})
    void shouldRefuseBitsBehindThePrefix(String text) {
        assertThatThrownBy(() -> Cidr.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bits set behind its prefix");
    }
}
