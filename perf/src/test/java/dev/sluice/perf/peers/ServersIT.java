// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.perf.TestServers;
import dev.sluice.perf.host.Cgroup;
import dev.sluice.perf.host.Commands;
import dev.sluice.perf.host.Cpus;
import dev.sluice.perf.host.Network;
import dev.sluice.perf.host.Teardown;
import dev.sluice.perf.host.VethPair;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every server under test starts, gives the right bytes, and ends when told to. */
class ServersIT {
    private static final byte[] CONTENT = new byte[300_000];

    static {
        new Random(7).nextBytes(CONTENT);
    }

    @TempDir
    Path directory;

    private Path root;

    @BeforeEach
    void makeFiles() throws IOException {
        assumeTrue(Commands.find("taskset").isPresent(), "taskset is not installed");
        root = Files.createDirectory(directory.resolve("root"));
        Files.createDirectory(root.resolve("a b"));
        Files.write(root.resolve("a b/page.bin"), CONTENT);
        Files.writeString(directory.resolve("secret"), "not below the root");
    }

    @Test
    void shouldServeTheFilesBytesFromNetty() throws Exception {
        assertThat(serveAndStop(NettyServer.epoll(TestServers.JAVA))).isEqualTo(143);
        assertThat(serveAndStop(NettyServer.ioUring(TestServers.JAVA))).isEqualTo(143);
    }

    @Test
    void shouldServeTheFilesBytesFromNginx() throws Exception {
        assumeTrue(Commands.find("nginx").isPresent(), "nginx is not installed");
        assertThat(serveAndStop(NginxServer.aioOff())).isZero();
        assertThat(serveAndStop(NginxServer.aioThreads())).isZero();
        assertThat(serveAndStop(NginxServer.cached())).isZero();
        assertThat(serveAndStop(NginxServer.defaults())).isZero();
        assertThat(serveAndStop(NginxServer.defaultsCached())).isZero();
    }

    @Test
    void shouldServeTheFilesBytesFromSluice() throws Exception {
        TestServers.assumeSluice();
        assertThat(serveAndStop(new SluiceServer(TestServers.SLUICE_JAR, TestServers.JAVA)))
                .isZero();
        assertThat(serveAndStop(SluiceServer.opened(TestServers.SLUICE_JAR, TestServers.JAVA)))
                .isZero();
        assertThat(serveAndStop(SluiceServer.kept(TestServers.SLUICE_JAR, TestServers.JAVA)))
                .isZero();
    }

    @Test
    void shouldServeTheFilesBytesFromTheBareResponderAndHangUpOnWhatItDoesNotServe() throws Exception {
        for (BareResponder bare : List.of(BareResponder.opened(), BareResponder.kept(), BareResponder.memory())) {
            assumeThere(bare);
            serveAndHangUp(bare);
        }
    }

    private static void assumeThere(ServerKind kind) {
        final Optional<String> missing = kind.missing();
        assumeTrue(missing.isEmpty(), missing::toString);
    }

    private void serveAndHangUp(BareResponder bare) throws Exception {
        final byte[] small = Arrays.copyOf(CONTENT, 8192);
        Files.write(root.resolve("hot.bin"), small);
        Files.write(root.resolve("too-large.bin"), CONTENT);
        try (Teardown teardown = Teardown.atExit()) {
            final ServerProcess server = ServerProcess.start(
                    teardown,
                    bare,
                    root,
                    directory.resolve(bare.name()),
                    new NoCgroup(),
                    Network.loopback(),
                    Cpus.SERVER);
            final HttpClient client = HttpClient.newHttpClient();

            for (int i = 0; i < 3; i++) {
                assertThat(get(client, server.address(), "/hot.bin").body()).isEqualTo(small);
                for (String refused : List.of("/missing", "/too-large.bin", "/../secret", "/")) {
                    assertThatThrownBy(() -> get(client, server.address(), refused))
                            .as(refused)
                            .isInstanceOf(IOException.class);
                }
            }
            assertThat(server.stop()).isEqualTo(143);
        }
    }

    @Test
    void shouldServeTheFilesBytesFromCaddy() throws Exception {
        final ServerKind caddy = new CaddyServer();
        assumeThere(caddy);
        assertThat(serveAndStop(caddy)).isZero();
    }

    @Test
    void shouldServeTheFilesBytesFromH2o() throws Exception {
        final ServerKind h2o = new H2oServer();
        assumeThere(h2o);
        assertThat(serveAndStop(h2o)).isZero();
    }

    @Test
    void shouldServeTheFilesBytesFromTheJdksOwn() throws Exception {
        final ServerKind jdk = new JdkServer(TestServers.JAVA);
        assumeThere(jdk);
        assertThat(serveAndStop(jdk)).isEqualTo(143);
    }

    @Test
    void shouldServeOverAVethPairAndRemoveIt() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "a network namespace needs root");
        assumeTrue(Commands.find("ip").isPresent(), "ip is not installed");
        assumeTrue(Commands.find("nginx").isPresent(), "nginx is not installed");
        final String name = "st" + ProcessHandle.current().pid();
        try (Teardown teardown = Teardown.atExit()) {
            final Network veth = teardown.add(VethPair.create(name));
            final ServerProcess server = ServerProcess.start(
                    teardown, NginxServer.aioOff(), root, directory.resolve("veth"), new NoCgroup(), veth, Cpus.SERVER);
            final HttpResponse<byte[]> page = get(HttpClient.newHttpClient(), server.address(), "/a%20b/page.bin");

            assertThat(server.address().getAddress().isLoopbackAddress()).isFalse();
            assertThat(page.body()).isEqualTo(CONTENT);
            assertThat(server.residentBytes()).isGreaterThan(1 << 20);
        }
        assertThat(Path.of("/run/netns", name)).doesNotExist();
        assertThat(Path.of("/sys/class/net", name + "-h")).doesNotExist();
    }

    private int serveAndStop(ServerKind kind) throws Exception {
        try (Teardown teardown = Teardown.atExit()) {
            final ServerProcess server = ServerProcess.start(
                    teardown,
                    kind,
                    root,
                    directory.resolve(kind.name()),
                    new NoCgroup(),
                    Network.loopback(),
                    Cpus.SERVER);
            final HttpClient client = HttpClient.newHttpClient();

            for (int i = 0; i < 3; i++) {
                final HttpResponse<byte[]> page = get(client, server.address(), "/a%20b/page.bin");
                assertThat(page.statusCode()).isEqualTo(200);
                assertThat(page.body()).isEqualTo(CONTENT);
            }
            assertThat(get(client, server.address(), "/missing").statusCode()).isEqualTo(404);
            assertThat(get(client, server.address(), "/%2e%2e/secret").body())
                    .isNotEqualTo("not below the root".getBytes(UTF_8));
            if (kind.answersCounters()) {
                assertThat(server.counters()).containsKeys("stalls_5ms", "turn_max_us", "enter_max_us");
            } else {
                assertThat(server.counters()).isEmpty();
            }
            return server.stop();
        }
    }

    private static HttpResponse<byte[]> get(HttpClient client, InetSocketAddress server, String path)
            throws IOException, InterruptedException {
        final URI uri = URI.create("http://" + server.getAddress().getHostAddress() + ":" + server.getPort() + path);
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void shouldReportWhatAServerPrintedThatDoesNotComeUp() {
        final ServerKind broken = new ServerKind() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public List<String> command(Path ignoredRoot, InetSocketAddress address, Path workDirectory) {
                return List.of("sh", "-c", "echo the reason; exit 5");
            }
        };
        assertThatThrownBy(() -> {
                    try (Teardown teardown = Teardown.atExit()) {
                        ServerProcess.start(
                                teardown,
                                broken,
                                root,
                                directory.resolve("broken"),
                                new NoCgroup(),
                                Network.loopback(),
                                Cpus.SERVER);
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessageContaining("broken exited with 5")
                .hasMessageContaining("the reason");
    }

    @Test
    void shouldReadCountersAndLeaveOutWhatIsNoNumber() {
        assertThat(ServerOutput.parse("counters stalls_5ms=3 turn_max_us=5120 ring=kernel load=0.5 open=-1"))
                .containsExactly(Map.entry("stalls_5ms", 3L), Map.entry("turn_max_us", 5120L), Map.entry("open", -1L));
    }

    /** The servers' answers do not depend on a group, so these tests need no root. */
    private static final class NoCgroup implements Cgroup {
        @Override
        public List<Path> procsFiles() {
            return List.of();
        }

        @Override
        public void limitReads(String device, int readsPerSecond) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long readCount(String device) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long cpuNs() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
