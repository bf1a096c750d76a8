package dev.sluice.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ServeCommandTest {
    private final StringWriter err = new StringWriter();
    private final StringWriter out = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "serve; Missing required parameter: 'DIR'",
                "serve . --port x; '--port': 'x' is not an int",
                "serve . --port 65536; --port must be 0..65535: 65536",
                "serve . --port -1; --port must be 0..65535: -1",
                "serve . --class a; a class is NAME=CIDR",
                "serve . --class a=10.0.0.0/8:64; priority must be 0..63",
                "serve . --class a=localhost:1; not an IP address: localhost",
                "serve . --class a=10.0.0.1/8:1; bits set behind its prefix",
                "serve . --class a=10.0.0.0/8:1 --class a=11.0.0.0/8:1; two classes are named a",
                "serve . --class a=10.0.0.0/8:1 --class b=10.0.0.0/8:2; 10.0.0.0/8 is in two classes",
                "serve . --idle-timeout 10; such as 10s; not \"10\"",
                "serve . --idle-timeout 0s; idleTimeout must be above zero",
                "serve . --drain-timeout -1s; such as 10s",
                "serve . --max-connections -1; maxConnections must be 0..",
                "serve . --buffer-memory 64X; a size is a number of bytes, or a number and K, M or G, such as 64M; not \"64X\"",
                "serve . --buffer-memory 255K; --buffer-memory must be at least 256K: 261120",
                "serve . --buffer-memory 9000000G; --buffer-memory: buffers cannot have 9663676416000000 bytes: /",
                "serve . --nonsense; Unknown option",
                "nonsense; Unmatched argument",
                "''; a subcommand is needed"
            })
    void shouldSayWhatIsWrongAndExitWith2(String arguments, String message) {
        assertThat(execute(arguments)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldFailWith1WhenTheDirectoryIsMissing() {
        assertThat(execute("serve /no/such/directory --port 0")).isEqualTo(1);
        assertThat(err.toString()).contains("/no/such/directory").contains("ENOENT");
    }

    @Test
    void shouldFailWith1WhenItIsNoDirectory() {
        assertThat(execute("serve /proc/self/status --port 0")).isEqualTo(1);
        assertThat(err.toString()).contains("/proc/self/status").contains("ENOTDIR");
    }

    @Test
    void shouldExplainItself() {
        assertThat(execute("serve --help")).isZero();
        assertThat(out.toString())
                .contains("--class=NAME=CIDR[,CIDR...]:PRIORITY")
                .contains("--port=N");
    }

    private int execute(String arguments) {
        final CommandLine commandLine = Main.commandLine();
        commandLine.setErr(new PrintWriter(err, true));
        commandLine.setOut(new PrintWriter(out, true));
        return commandLine.execute(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));
    }
}
