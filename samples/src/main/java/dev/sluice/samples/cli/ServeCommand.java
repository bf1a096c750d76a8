// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.containers.Priority;
import dev.sluice.samples.files.FileServer;
import dev.sluice.samples.files.ServerOptions;
import dev.sluice.samples.net.Cidr;
import dev.sluice.samples.net.ClientClass;
import dev.sluice.samples.net.Trust;
import dev.sluice.uring.RingUnavailableException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code serve DIR}: a static file server. */
@Command(name = "serve", description = "Serves the files of a directory on HTTP/1.1.", showDefaultValues = true)
final class ServeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private FileArguments files;

    @Parameters(paramLabel = "DIR", description = "What to serve. Nothing outside of it ever is.")
    private Path directory;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8080",
            converter = NumberConverter.Port.class,
            description = "0 for any free one.")
    private int port;

    @Option(
            names = "--bind",
            paramLabel = "ADDR",
            defaultValue = "127.0.0.1",
            converter = AddressConverter.class,
            description = "The address to listen on: 0.0.0.0 for all that this machine has.")
    private InetAddress bind;

    @Option(
            names = "--class",
            paramLabel = "NAME=CIDR[,CIDR...]:PRIORITY[,connections=N]",
            converter = ClientClassConverter.class,
            showDefaultValue = Visibility.NEVER,
            description =
                    "A class of clients and its priority, 0 to 63, higher is served first, and how many connections it"
                            + " may have. The longest prefix decides; who is in no class has priority "
                            + Priority.NORMAL + ".")
    private List<ClientClass> classes = new ArrayList<>();

    @Option(
            names = "--proxy-protocol",
            paramLabel = "CIDR[,CIDR...]",
            split = ",",
            converter = CidrConverter.class,
            showDefaultValue = Visibility.NEVER,
            description =
                    "Balancers whose connections begin with a header of the PROXY protocol, version 1 or 2, which says whose they"
                            + " are. One of theirs without it is closed.")
    private List<Cidr> balancers = new ArrayList<>();

    @Option(
            names = "--trusted-proxy",
            paramLabel = "CIDR[,CIDR...]",
            split = ",",
            converter = CidrConverter.class,
            showDefaultValue = Visibility.NEVER,
            description =
                    "Proxies who say by X-Forwarded-For or Forwarded whose a request is: it is served in the class of that client.")
    private List<Cidr> proxies = new ArrayList<>();

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            defaultValue = "0",
            converter = NumberConverter.Connections.class,
            description =
                    "0 for what the limit of open files allows. An eighth is kept for the highest class. When all places are"
                            + " taken, idle connections of the same class or a lower one make room.")
    private int maxConnections;

    @Option(
            names = "--open-file-cache",
            paramLabel = "N",
            defaultValue = "1024",
            converter = NumberConverter.CachedFiles.class,
            description =
                    "How many files are kept open for the next request, and an eighth as many names known not to exist; 0"
                            + " for none. Changes are noticed at once. A file that is kept keeps its file system mounted.")
    private int openFileCache;

    @Option(
            names = "--memory-tier",
            paramLabel = "SIZE",
            defaultValue = "64M",
            converter = SizeConverter.OrNone.class,
            description =
                    "The most memory for contents of files of up to 64K that are kept open and asked for again, but at most a"
                            + " quarter of --buffer-memory; 0 for none.")
    private long memoryTier;

    @Option(
            names = "--buffer-memory",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            showDefaultValue = Visibility.NEVER,
            description =
                    "The most memory for buffers, such as 64M; 256M, or an eighth of what control groups allow the"
                            + " process, unless set.")
    private Long bufferMemory;

    @Option(
            names = "--idle-timeout",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = DurationConverter.class,
            description = "After which a connection without a request is closed.")
    private Duration idleTimeout;

    @Option(
            names = "--request-timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "Within which a request that was begun must be complete.")
    private Duration requestTimeout;

    @Option(
            names = "--response-timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "Within which the disk must answer, and a client take in what --min-rate demands.")
    private Duration responseTimeout;

    @Option(
            names = "--min-rate",
            paramLabel = "BYTES",
            defaultValue = "512",
            converter = NumberConverter.Rate.class,
            description = "How many bytes of a response a client must take in each second, on average over"
                    + " --response-timeout. One that is slower is cut off; one that is not may go on for ever.")
    private int minRate;

    @Option(
            names = "--drain-timeout",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = DurationConverter.class,
            description = "How long responses under way may take after SIGTERM or SIGINT.")
    private Duration drainTimeout;

    @Override
    public Integer call() {
        final PrintWriter err = spec.commandLine().getErr();
        try (FileServer server = FileServer.open(options(), ioOptions())) {
            server.stopOnSignal();
            // What lives as long as the server leaves the young generation now: copying it, at every collection until
            // it is old enough, takes longer than what requests leave behind.
            System.gc();
            println(announcement(server));
            CountersOnRequest.start(server, this::println);
            server.run();
            println(server.countersNow());
            return 0;
        } catch (RingUnavailableException e) {
            err.println(HostErrors.withRemedy(e.getMessage()));
        } catch (UncheckedIOException e) {
            err.println(HostErrors.withRemedy(e.getCause().getMessage()));
        } catch (IOException e) {
            err.println(HostErrors.withRemedy(e.getMessage()));
        } catch (LinkageError e) {
            final String message = HostErrors.ofLoading(e);
            if (message == null) {
                throw e;
            }
            err.println(message);
        }
        return 1;
    }

    private ServerOptions options() {
        if (directory.toString().isEmpty()) {
            throw new ParameterException(spec.commandLine(), "DIR: the name of a directory, not \"\"");
        }
        final ServerOptions options = ServerOptions.of(directory, new InetSocketAddress(bind, port))
                .withTrust(new Trust(balancers, proxies))
                .withMaxConnections(maxConnections)
                .withIdleTimeout(idleTimeout)
                .withRequestTimeout(requestTimeout)
                .withResponseTimeout(responseTimeout)
                .withMinBytesPerSecond(minRate)
                .withDrainTimeout(drainTimeout)
                .withOpenFileCache(openFileCache)
                .withFiles(files.options());
        try {
            return withMemoryTier(options).withClasses(classes);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--class: " + e.getMessage(), e);
        }
    }

    private ServerOptions withMemoryTier(ServerOptions options) {
        try {
            return options.withMemoryTier(memoryTier);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--memory-tier: " + e.getMessage(), e);
        }
    }

    private AsyncIoOptions ioOptions() {
        final AsyncIoOptions defaults = AsyncIoOptions.defaults();
        if (bufferMemory == null) {
            return defaults;
        }
        try {
            return defaults.withArenaBytes(bufferMemory);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--buffer-memory: " + e.getMessage(), e);
        }
    }

    private String announcement(FileServer server) {
        final InetSocketAddress address = server.address();
        final String host = address.getAddress().getHostAddress();
        final StringBuilder line = new StringBuilder("Serving ")
                .append(directory)
                .append(" at http://")
                .append(host.indexOf(':') < 0 ? host : "[" + host + "]")
                .append(':')
                .append(address.getPort())
                .append("/ on ")
                .append(ring(server));
        for (final ClientClass clients : classes) {
            line.append("; class ").append(clients);
        }
        return line.append("; everybody else at priority ")
                .append(Priority.NORMAL)
                .toString();
    }

    private static String ring(FileServer server) {
        final int flags = server.setupFlags();
        return flags == 0
                ? server.binding() + ", in place of io_uring"
                : "io_uring (" + server.binding() + "), ring set up with " + RingFlags.names(flags);
    }

    private void println(String line) {
        final PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
