// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class ServeCommandTest {
    private static final List<String> BAD_VALUES = List.of("0", "-1", "99999999999999999999", "text", "");

    private static final Set<String> ZERO_IS_GOOD =
            Set.of("--port", "--bind", "--max-connections", "--open-file-cache", "--memory-tier");

    private final StringWriter err = new StringWriter();
    private final StringWriter out = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "serve; Missing required parameter: 'DIR'",
                "serve . --port x; '--port': a whole number of 0..65535, not \"x\"",
                "serve . --port 65536; '--port': a whole number of 0..65535, not \"65536\"",
                "serve . --bind nobody.invalid; '--bind': an address, such as 127.0.0.1",
                "serve . --class a; a class is NAME=CIDR",
                "serve . --class a=10.0.0.0/8:64; priority must be 0..63",
                "serve . --class a=localhost:1; not an IP address: localhost",
                "serve . --class a=10.0.0.1/8:1; bits set behind its prefix",
                "serve . --class a=10.0.0.0/8:1 --class a=11.0.0.0/8:1; two classes are named a",
                "serve . --class a=10.0.0.0/8:1 --class b=10.0.0.0/8:2; 10.0.0.0/8 is in two classes",
                "serve . --proxy-protocol localhost; '--proxy-protocol' (CIDR[,CIDR...]): an address, or a range such as 10.0.0.0/8, not \"localhost\"",
                "serve . --trusted-proxy 10.0.0.0/8,10.0.0.1/8; not \"10.0.0.1/8\": 10.0.0.1/8 has bits set behind its prefix",
                "serve . --idle-timeout 10; such as 10s; not \"10\"",
                "serve . --idle-timeout 0s; '--idle-timeout': a time is a number and ms, s or m, above 0 and at most 1440m",
                "serve . --idle-timeout 1441m; such as 10s; not \"1441m\"",
                "serve . --drain-timeout -1s; such as 10s",
                "serve . --max-connections -1; '--max-connections': a whole number of 0..2147483647, not \"-1\"",
                "serve . --max-conections 1; is --max-connections meant?",
                "serve . --buffer-memory 64X; a size is a number of bytes, or a number and K, M or G, such as 64M, and",
                "serve . --buffer-memory 255K; at least 256K; not \"255K\"",
                "serve . --memory-tier 255K; at least 256K, or 0; not \"255K\"",
                "serve . --memory-tier 9000000G; --memory-tier: memoryTier must be 0..",
                "serve . --buffer-memory 9000000G; --buffer-memory: arenaBytes must be at most",
                "serve . --nonsense; Unknown option",
                "nonsense; Unmatched argument",
                "''; a subcommand is needed"
            })
    void shouldSayWhatIsWrongAndExitWith2(String arguments, String message) {
        assertThat(execute(arguments)).isEqualTo(2);
        assertThat(err.toString()).contains(message).hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    static Stream<Arguments> badValues() {
        return Main.commandLine().getSubcommands().get("serve").getCommandSpec().options().stream()
                .filter(option -> option.arity().max() > 0) // a flag has no value
                .map(OptionSpec::longestName)
                .filter(option -> !option.equals("--help"))
                .flatMap(option -> BAD_VALUES.stream()
                        .filter(value -> !(value.equals("0") && ZERO_IS_GOOD.contains(option)))
                        .map(value -> Arguments.of(option, value)));
    }

    @ParameterizedTest
    @MethodSource("badValues")
    void shouldNameTheOptionAsItIsTypedItsValueAndWhatThereMayBe(String option, String value) {
        assertThat(execute("serve", "/no/such/directory", option, value)).isEqualTo(2);
        assertThat(err.toString())
                .hasLineCount(1)
                .contains("'" + option + "'")
                .contains("\"" + value + "\"")
                .as("no name of a field or of a class")
                .doesNotContainPattern("[a-z][A-Z]")
                .endsWith("; sluice serve --help shows what there is\n");
    }

    @Test
    void shouldNotServeWhereItIsWhenTheNameOfTheDirectoryIsEmpty() {
        assertThat(execute("serve", "", "--port", "0")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("DIR: the name of a directory, not \"\"")
                .hasLineCount(1);
    }

    @Test
    void shouldFailWith1WhenTheDirectoryIsMissing() {
        assertThat(execute("serve /no/such/directory --port 0")).isEqualTo(1);
        assertThat(err.toString())
                .contains("/no/such/directory")
                .endsWith("ENOENT (2); there is no such directory\n")
                .hasLineCount(1);
    }

    @Test
    void shouldFailWith1WhenItIsNoDirectory() {
        assertThat(execute("serve /proc/self/status --port 0")).isEqualTo(1);
        assertThat(err.toString())
                .contains("/proc/self/status")
                .contains("ENOTDIR (20); it is a file")
                .hasLineCount(1);
    }

    @Test
    void shouldSayWhichPortIsTakenAndHowToHaveAnother() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(execute("serve / --port " + other.getLocalPort())).isEqualTo(1);
            assertThat(err.toString())
                    .startsWith("bind(/127.0.0.1:" + other.getLocalPort() + ") failed: EADDRINUSE (98); ")
                    .contains("another --port")
                    .hasLineCount(1);
        }
    }

    @Test
    void shouldSayThatTheAddressIsNoneOfTheMachines() {
        assertThat(execute("serve / --port 0 --bind 192.0.2.1")).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("bind(/192.0.2.1:0) failed: EADDRNOTAVAIL (99); ")
                .contains("--bind one of them")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({
        "bind(/127.0.0.1:80) failed: EACCES (13), CAP_NET_BIND_SERVICE",
        "/srv: open(/srv) failed: EACCES (13), its permissions",
        "socket(/127.0.0.1:80) failed: EMFILE (24), ulimit -n",
        "socket(/127.0.0.1:80) failed: ENFILE (23), fs.file-max",
        "JNA could not load its native library: Too many open files, ulimit -n"
    })
    void shouldSayWhatHelps(String message, String remedy) {
        assertThat(HostErrors.withRemedy(message)).startsWith(message + "; ").contains(remedy);
    }

    @Test
    void shouldTellWantOfDescriptorsFromOtherReasonsThatSomethingIsNotLoaded() {
        final LinkageError outer = new ExceptionInInitializerError(new IOException("libnio.so: Too many open files"));
        assertThat(HostErrors.ofLoading(outer)).contains("EMFILE (24)").contains("ulimit -n");
        assertThat(HostErrors.ofLoading(new NoClassDefFoundError("dev/sluice/Missing")))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"listen(/x) failed: EIO (5)", "open(/x) failed: EMFILE (24); raise the limit", "EMFILE"})
    void shouldAddNothingToWhatIsSaidAlreadyOrNotKnown(String message) {
        assertThat(HostErrors.withRemedy(message)).isEqualTo(message);
    }

    @Test
    void shouldExplainItself() {
        assertThat(execute("serve --help")).isZero();
        assertThat(out.toString())
                .contains("--class=NAME=CIDR[,CIDR...]:PRIORITY")
                .contains("--port=N");
    }

    private int execute(String arguments) {
        return execute(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));
    }

    private int execute(String... arguments) {
        final CommandLine commandLine = Main.commandLine();
        commandLine.setErr(new PrintWriter(err, true));
        commandLine.setOut(new PrintWriter(out, true));
        return commandLine.execute(arguments);
    }
}
