// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientClassesTest {
    private final ResourceContainer server = ResourceContainer.root("server");

    @Test
    void shouldLetTheLongestPrefixDecide() throws UnknownHostException {
        final ClientClasses classes = classes("wide=127.0.0.0/8:10", "one=127.0.1.5:60", "narrow=127.0.1.0/24,::1:20");

        assertThat(nameFor(classes, "127.9.9.9")).isEqualTo("wide");
        assertThat(nameFor(classes, "127.0.1.4")).isEqualTo("narrow");
        assertThat(nameFor(classes, "127.0.1.5")).isEqualTo("one");
        assertThat(nameFor(classes, "::1")).isEqualTo("narrow");
        assertThat(nameFor(classes, "10.0.0.1")).isEqualTo("default");
    }

    @Test
    void shouldServeEachClassAtItsPriority() throws UnknownHostException {
        final ClientClasses classes = classes("guests=127.0.1.0/24:3", "staff=127.0.2.0/24:60");

        assertThat(containerFor(classes, "127.0.1.1").child("x").effectivePriority())
                .isEqualTo(3);
        assertThat(containerFor(classes, "127.0.2.1").child("x").effectivePriority())
                .isEqualTo(60);
        assertThat(containerFor(classes, "127.0.3.1").child("x").effectivePriority())
                .isEqualTo(Priority.NORMAL);
        assertThat(classes.highestPriority()).isEqualTo(60);
    }

    @Test
    void shouldAcceptAtNormalPriorityWithoutAMoreUrgentClass() {
        assertThat(classes("guests=127.0.1.0/24:3").highestPriority()).isEqualTo(Priority.NORMAL);
    }

    @Test
    void shouldRefuseTwoClassesOfOneName() {
        assertThatThrownBy(() -> checkDistinct("a=10.0.0.0/8:1", "a=11.0.0.0/8:2"))
                .hasMessageContaining("named a");
        assertThatThrownBy(() -> checkDistinct("default=10.0.0.0/8:1")).hasMessageContaining("named default");
    }

    @Test
    void shouldRefuseARangeInTwoClasses() {
        assertThatThrownBy(() -> checkDistinct("a=10.0.0.0/8:1", "b=10.0.0.0/8:2"))
                .hasMessageContaining("10.0.0.0/8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "guests; NAME=CIDR",
                "guests=10.0.0.0/8; NAME=CIDR",
                "=10.0.0.0/8:1; letters, digits",
                "a b=10.0.0.0/8:1; letters, digits",
                "a=:1; not an IP address",
                "a=10.0.0.0/8,:1; not an IP address",
                "a=10.0.0.0/8:; not a number",
                "a=10.0.0.0/8:high; not a number",
                "a=10.0.0.0/8:64; priority must be 0..63",
                "a=10.0.0.0/8:-1; priority must be 0..63",
                "a=10.0.0.0/8:1,; [,connections=N]",
                "a=10.0.0.0/8:1,100; [,connections=N]",
                "a=10.0.0.0/8:1,connections=; number of connections",
                "a=10.0.0.0/8:1,connections=0; above 0",
                "a=10.0.0.0/8:1,connections=x; number of connections"
            })
    void shouldSayWhatIsWrongWithAClass(String text, String message) {
        assertThatThrownBy(() -> ClientClass.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void shouldReadAClassAsItIsWritten() {
        final ClientClass parsed = ClientClass.parse("guests=10.0.0.0/8,2001:db8:0:0:0:0:0:0/32:16");

        assertThat(parsed.name()).isEqualTo("guests");
        assertThat(parsed.priority()).isEqualTo(16);
        assertThat(parsed.ranges()).containsExactly(Cidr.parse("10.0.0.0/8"), Cidr.parse("2001:db8::/32"));
        assertThat(parsed).hasToString("guests=10.0.0.0/8,2001:db8:0:0:0:0:0:0/32:16");
    }

    @Test
    void shouldReadHowManyConnectionsAClassMayHave() throws UnknownHostException {
        final String text = "guests=10.0.0.0/8:16,connections=100";
        final ClientClass parsed = ClientClass.parse(text);

        assertThat(parsed.priority()).isEqualTo(16);
        assertThat(parsed.maxConnections()).isEqualTo(100);
        assertThat(parsed).hasToString(text);
        assertThat(containerFor(classes(text), "10.0.0.1").limit(Resource.CONNECTIONS))
                .isEqualTo(100L);
        assertThat(ClientClass.parse("guests=10.0.0.0/8:16").maxConnections()).isZero();
    }

    private ClientClasses classes(String... texts) {
        return new ClientClasses(server, parse(texts));
    }

    private static void checkDistinct(String... texts) {
        ClientClass.checkDistinct(parse(texts));
    }

    private static List<ClientClass> parse(String... texts) {
        return Stream.of(texts).map(ClientClass::parse).toList();
    }

    private static ResourceContainer containerFor(ClientClasses classes, String address) throws UnknownHostException {
        return classes.classOf(InetAddress.getByName(address)).container;
    }

    private static String nameFor(ClientClasses classes, String address) throws UnknownHostException {
        return containerFor(classes, address).name();
    }
}
