// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a balancer says of its client: whole, byte by byte, and in two at every place. Behind each header are three bytes of a request.
 *
 * @see <a href="https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt">The PROXY protocol</a>
 */
class ProxyHeaderTest {
    private static final String NO_CLIENT = "no client";

    /** Section 2.1: version 1. */
    @Nested
    class Version1 {
        @ParameterizedTest
        @CsvSource({
            "TCP4 192.0.2.1 198.51.100.2 56324 443, /192.0.2.1:56324 > /198.51.100.2:443",
            "TCP4 255.255.255.255 255.255.255.255 65535 65535, /255.255.255.255:65535 > /255.255.255.255:65535",
            "TCP4 0.0.0.0 0.0.0.0 0 0, /0.0.0.0:0 > /0.0.0.0:0",
            "TCP6 2001:db8::1 ::1 1 2, /[2001:db8:0:0:0:0:0:1]:1 > /[0:0:0:0:0:0:0:1]:2",
            "TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ::FFFF:1 65535 1, "
                    + "/[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535 > /[0:0:0:0:0:0:ffff:1]:1",
            "TCP6 ::ffff:192.0.2.1 ::1 1 2, /192.0.2.1:1 > /[0:0:0:0:0:0:0:1]:2",
            "UNKNOWN, no client",
            "UNKNOWN ffff:f...f:ffff garbage, no client"
        })
        void shouldReadAddresses(String line, String told) {
            assertThat(read(("PROXY " + line + "\r\n").getBytes(ISO_8859_1))).isEqualTo(told);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "TCP4 192.0.2.1 198.51.100.2 56324 443 ",
                    "TCP4  192.0.2.1 198.51.100.2 56324 443",
                    "TCP4 192.0.2.1 198.51.100.2 1",
                    "TCP4 ::1 ::1 1 2",
                    "TCP6 192.0.2.1 198.51.100.2 1 2",
                    "TCP4 192.0.2.01 198.51.100.2 1 2",
                    "TCP4 192.0.2.256 198.51.100.2 1 2",
                    "TCP4 192.0.2 198.51.100.2 1 2",
                    "TCP4 192.0.2.1 198.51.100.2 65536 2",
                    "TCP4 192.0.2.1 198.51.100.2 01 2",
                    "TCP4 192.0.2.1 198.51.100.2 -1 2",
                    "TCP4 192.0.2.1 198.51.100.2 1 x",
                    "TCP4 192.0.2.1 198.51.100.2 1 ",
                    "TCP6 fe80::1%lo ::1 1 2",
                    "TCP6 1:2 ::1 1 2",
                    "TCP6 localhost ::1 1 2",
                    "TCP6 .:1 ::1 1 2",
                    "UDP4 192.0.2.1 198.51.100.2 1 2",
                    "tcp4 192.0.2.1 198.51.100.2 1 2",
                    "UNKNOWNx",
                    "",
                    " UNKNOWN"
                })
        void shouldRefuseWhatIsMalformed(String line) {
            assertRefused(("PROXY " + line + "\r\n").getBytes(ISO_8859_1));
        }

        @Test
        void shouldRefuseALineOfMoreThan107Bytes() {
            final String longest = "PROXY UNKNOWN " + "x".repeat(107 - 16);
            assertThat(read((longest + "\r\n").getBytes(ISO_8859_1))).isEqualTo(NO_CLIENT);
            assertRefused((longest + "x\r\n").getBytes(ISO_8859_1));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "PROXY UNKNOWN\n",
                    "PROXY UNKNOWN\rx",
                    "PROXY UNKNOWN\r\r\n",
                    "POST / HTTP/1.1\r\n",
                    "GET / HTTP/1.1\r\n"
                })
        void shouldRefuseAnotherLineEndAndAnotherLine(String text) {
            assertRefused(text.getBytes(ISO_8859_1));
        }
    }

    /** Section 2.2: version 2. */
    @Nested
    class Version2 {
        private static final String IPV4 = "c0000201 c6336402 dc04 01bb";
        private static final String IPV4_TOLD = "/192.0.2.1:56324 > /198.51.100.2:443";
        private static final String IPV6 =
                "20010db8000000000000000000000001 00000000000000000000000000000001 0001 0002";

        @Test
        void shouldReadAddressesOfBothFamilies() {
            assertThat(read(header("2111", IPV4))).isEqualTo(IPV4_TOLD);
            assertThat(read(header("2121", IPV6))).isEqualTo("/[2001:db8:0:0:0:0:0:1]:1 > /[0:0:0:0:0:0:0:1]:2");
        }

        @Test
        void shouldLeaveTheAddressesOfTheConnectionIfThereAreNoOthers() {
            assertThat(read(header("2000", ""))).as("LOCAL").isEqualTo(NO_CLIENT);
            assertThat(read(header("2011", IPV4 + "0300")))
                    .as("LOCAL, whatever follows")
                    .isEqualTo(NO_CLIENT);
            assertThat(read(header("20ff", "01"))).as("LOCAL, whatever family").isEqualTo(NO_CLIENT);
            assertThat(read(header("2100", ""))).as("UNSPEC").isEqualTo(NO_CLIENT);
            assertThat(read(header("2100", "010203"))).as("UNSPEC, something").isEqualTo(NO_CLIENT);
            assertThat(read(header("2112", IPV4))).as("UDP").isEqualTo(NO_CLIENT);
            assertThat(read(header("2131", "2f".repeat(216)))).as("Unix").isEqualTo(NO_CLIENT);
        }

        @ParameterizedTest
        @CsvSource({"1111", "3111", "0111", "2211", "2f11", "2141", "21f1", "2113", "211f"})
        void shouldRefuseVersionsCommandsAndFamiliesThatAreNotKnown(String bytes) {
            assertRefused(header(bytes, IPV4));
        }

        @Test
        void shouldRefuseAddressesThatAreTooShort() {
            assertRefused(header("2111", "c0000201 c6336402 dc04 01"));
            assertRefused(header("2121", IPV4));
            assertRefused(header("2131", IPV6));
        }

        @Test
        void shouldRefuseASignatureThatIsAnother() {
            final byte[] good = header("2111", IPV4);
            for (int i = 0; i < 12; i++) {
                final byte[] bad = good.clone();
                bad[i] ^= 0x40;
                assertRefused(bad);
            }
        }

        @Test
        void shouldBoundItsLength() {
            final String most = "04" + "0fe1" + "00".repeat(4096 - 16 - 12 - 3);
            assertThat(read(header("2111", IPV4 + most))).isEqualTo(IPV4_TOLD);
            assertRefused(header("2111", IPV4 + "04" + "0fe2" + "00".repeat(4096 - 16 - 12 - 2)));
            assertRefused(header("2000", "00".repeat(5000)));
            assertThatThrownBy(() -> new ProxyHeader(100)).hasMessageContaining("maxBytes=100");
        }

        /** Section 2.2.1 and the following: type-length-value fields. */
        @ParameterizedTest
        @ValueSource(strings = {"040000", "01 0002 6832", "20 0003 010203 e0 0000", "ff 0001 00"})
        void shouldSkipFields(String fields) {
            assertThat(read(header("2111", IPV4 + fields))).isEqualTo(IPV4_TOLD);
        }

        @ParameterizedTest
        @ValueSource(strings = {"04", "0400", "040001", "01 0003 6832", "01 ffff 00", "040000 04"})
        void shouldRefuseFieldsThatDoNotFit(String fields) {
            assertRefused(header("2111", IPV4 + fields));
        }

        /** Section 2.2.3: PP2_TYPE_CRC32C. */
        @ParameterizedTest
        @CsvSource({"'',''", "040000, ''", "'', 01000141", "0300, ''", "'', 03000400000000", "030003000000, ''"})
        void shouldCompareAChecksum(String before, String behind) {
            final byte[] header = header("2111", IPV4 + before + "03000400000000" + behind);
            final int at = 16 + 12 + before.length() / 2 + 3;
            final CRC32C sum = new CRC32C();
            sum.update(header);
            ByteBuffer.wrap(header).putInt(at, (int) sum.getValue());
            if (before.startsWith("03") || behind.startsWith("03")) {
                assertRefused(header); // another length, or twice
                return;
            }
            assertThat(read(header)).isEqualTo(IPV4_TOLD);
            for (int i = 0; i < Integer.SIZE; i++) {
                final byte[] bad = header.clone();
                bad[at + i / 8] ^= (byte) (1 << i % 8);
                assertRefused(bad);
            }
            final byte[] badAddress = header.clone();
            badAddress[16]++;
            assertRefused(badAddress);
        }
    }

    @Test
    void shouldSayTheSameHoweverManglesComeIn() {
        final long seed = Long.getLong("seed", System.nanoTime());
        final Random random = new Random(seed);
        final byte[][] good = {
            "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n".getBytes(ISO_8859_1),
            "PROXY UNKNOWN\r\n".getBytes(ISO_8859_1),
            header("2111", "c0000201 c6336402 dc04 01bb 030004 00000000 040001 00"),
            header("2000", "0102")
        };
        for (int i = 0; i < 2000; i++) {
            final byte[] bytes = good[random.nextInt(good.length)].clone();
            for (int n = random.nextInt(3); n > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            assertThat(read(bytes, bytes.length))
                    .as("seed %d, round %d", seed, i)
                    .isNotEmpty();
        }
    }

    private static void assertRefused(byte[] header) {
        assertThat(read(header)).startsWith("the header of the PROXY protocol is refused: ");
    }

    /** Tells what came out of the whole, which is what comes out of pieces; and that nothing behind was taken. */
    private static String read(byte[] header) {
        return read(Arrays.copyOf(header, header.length + 3), header.length);
    }

    private static String read(byte[] bytes, int headerBytes) {
        final String whole = read(bytes, headerBytes, bytes.length);
        assertThat(readNoMoreThanIsLeft(bytes, headerBytes)).isEqualTo(whole);
        for (int split = 1; split < Math.min(headerBytes, 300); split++) {
            assertThat(read(bytes, headerBytes, split)).as("after %d", split).isEqualTo(whole);
        }
        return whole;
    }

    /** As long as nothing is wrong, in pieces that have nothing of what is behind. */
    private static String readNoMoreThanIsLeft(byte[] bytes, int headerBytes) {
        final ProxyHeader header = new ProxyHeader(ProxyHeader.USUAL_MAX_BYTES);
        final ByteBuffer received = ByteBuffer.wrap(bytes).limit(0);
        boolean over = false;
        int pieces = 0;
        while (!over && received.position() < bytes.length) {
            assertThat(header.leastLeft()).isPositive();
            received.limit(Math.min(bytes.length, received.limit() + header.leastLeft()));
            over = header.read(received);
            pieces++;
        }
        assertThat(header.leastLeft() == 0).isEqualTo(over);
        if (over && header.fault() == null) {
            assertThat(received.limit()).isEqualTo(received.position()).isLessThanOrEqualTo(headerBytes);
            assertThat(pieces).isLessThan(50);
        }
        return told(header, over);
    }

    /** Byte by byte, if the first piece has one; otherwise in two. */
    private static String read(byte[] bytes, int headerBytes, int first) {
        final ProxyHeader header = new ProxyHeader(ProxyHeader.USUAL_MAX_BYTES);
        int taken = 0;
        int to = first;
        boolean over = false;
        while (!over && taken < bytes.length) {
            final ByteBuffer piece = ByteBuffer.wrap(bytes, taken, to - taken).slice();
            over = header.read(piece);
            taken += piece.position();
            to = first == 1 ? to + 1 : bytes.length;
        }
        assertThat(taken <= headerBytes || !over || header.fault() != null).isTrue();
        return told(header, over);
    }

    private static String told(ProxyHeader header, boolean over) {
        if (!over) {
            return "more is needed";
        }
        if (header.fault() != null) {
            return header.fault();
        }
        assertThat(header.hasAddresses()).isEqualTo(header.destination() != null);
        return header.hasAddresses() ? header.source() + " > " + header.destination() : NO_CLIENT;
    }

    private static byte[] header(String commandAndFamily, String behind) {
        final byte[] rest = HexFormat.of().parseHex(behind.replace(" ", ""));
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("\r\n\r\n\0\r\nQUIT\n".getBytes(ISO_8859_1));
        bytes.writeBytes(HexFormat.of().parseHex(commandAndFamily));
        bytes.write(rest.length >> 8);
        bytes.write(rest.length);
        bytes.writeBytes(rest);
        return bytes.toByteArray();
    }
}
