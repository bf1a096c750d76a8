// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.perf.host.Cgroup;
import dev.sluice.perf.host.Commands;
import dev.sluice.perf.host.Network;
import dev.sluice.perf.host.Polling;
import dev.sluice.perf.host.Teardown;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A running server: its process was born in a control group and on one CPU, and what it prints is kept in a file. To be
 * used by one thread.
 */
public final class ServerProcess implements AutoCloseable {
    private static final long START_TIMEOUT_MS = 30_000;
    private static final long STOP_TIMEOUT_S = 30;
    private static final int CONNECT_TIMEOUT_MS = 1_000;
    /** 128 + SIGTERM: how a JVM without a handler of its own reports an orderly end. */
    private static final int EXIT_SIGTERM = 143;

    private final ServerKind kind;
    private final Process process;
    private final ServerOutput output;
    private final InetSocketAddress address;

    private ServerProcess(ServerKind kind, Process process, ServerOutput output, InetSocketAddress address) {
        this.kind = kind;
        this.process = process;
        this.output = output;
        this.address = address;
    }

    /**
     * Starts a server and waits until it accepts connections.
     *
     * @param teardown stops the server at the latest
     * @param kind what to start
     * @param root directory to serve
     * @param workDirectory for the server's own files and its output; made where it does not exist
     * @param cgroup group to start in
     * @param network where it listens
     * @param cpu CPU to run on
     * @return the server, accepting
     * @throws IOException if it does not come up; the message has what it printed
     */
    public static ServerProcess start(
            Teardown teardown, ServerKind kind, Path root, Path workDirectory, Cgroup cgroup, Network network, int cpu)
            throws IOException {
        Files.createDirectories(workDirectory);
        final InetSocketAddress address = network.freeAddress();
        final List<String> command = new ArrayList<>(cgroup.enterAndExec());
        command.addAll(List.of(Commands.require("taskset"), "--cpu-list", Integer.toString(cpu)));
        command.addAll(network.enterAndExec());
        command.addAll(kind.command(root.toAbsolutePath(), address, workDirectory.toAbsolutePath()));

        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        final ServerOutput output = ServerOutput.drain(process, workDirectory.resolve("output.txt"));
        final ServerProcess server = teardown.add(new ServerProcess(kind, process, output, address));
        try {
            Polling.until(kind.name() + " listens on " + address, START_TIMEOUT_MS, server::accepts);
        } catch (IOException e) {
            server.kill();
            throw new IOException(e.getMessage() + "; it printed:\n" + output.lastLines(), e);
        }
        return server;
    }

    private boolean accepts() throws IOException {
        if (!process.isAlive()) {
            throw new IOException(kind.name() + " exited with " + process.exitValue());
        }
        try (Socket socket = new Socket()) {
            socket.connect(address, CONNECT_TIMEOUT_MS);
            return true;
        } catch (ConnectException e) {
            return false; // refused: not listening yet
        }
    }

    /**
     * Where it listens.
     *
     * @return address and port
     */
    public InetSocketAddress address() {
        return address;
    }

    /**
     * Which process it is.
     *
     * @return the process id
     */
    public long pid() {
        return process.pid();
    }

    /**
     * Memory that the server and its children have resident; what they share is counted for each.
     *
     * @return bytes
     * @throws IOException if it cannot be read
     */
    public long residentBytes() throws IOException {
        long bytes = residentBytes(process.pid());
        for (ProcessHandle child : process.descendants().toList()) {
            bytes += residentBytes(child.pid());
        }
        return bytes;
    }

    /** The line is {@code VmRSS:     1234 kB}. */
    private static long residentBytes(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IOException("process " + pid + " has no VmRSS: it has ended");
    }

    /**
     * What the server is.
     *
     * @return its kind
     */
    public ServerKind kind() {
        return kind;
    }

    /**
     * Asks the server for its counters.
     *
     * @return names and values as it printed them; empty for a kind that has none
     * @throws IOException if it does not answer
     */
    public Map<String, Long> counters() throws IOException {
        if (!kind.answersCounters()) {
            return Map.of();
        }
        output.expectCounters();
        process.getOutputStream().write("counters\n".getBytes(UTF_8));
        process.getOutputStream().flush();
        return output.awaitCounters();
    }

    /**
     * Ends the server with SIGTERM and waits until it and its children are gone.
     *
     * @return its exit status
     * @throws IOException if it has to be killed, or had ended before
     */
    public synchronized int stop() throws IOException {
        if (!process.isAlive()) {
            throw new IOException(kind.name() + " had exited with " + process.exitValue() + " before it was stopped:\n"
                    + output.lastLines());
        }
        final List<CompletableFuture<ProcessHandle>> children =
                process.descendants().map(ProcessHandle::onExit).toList();
        process.toHandle().destroy(); // Process.destroy would close the output before the last lines are read
        try {
            CompletableFuture.allOf(children.toArray(CompletableFuture[]::new))
                    .thenCombine(process.onExit(), (done, exited) -> exited)
                    .get(STOP_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            kill();
            throw new IOException(
                    kind.name() + " did not end within " + STOP_TIMEOUT_S + " s of SIGTERM:\n" + output.lastLines(), e);
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + kind.name() + " stopped", e);
        }
        output.awaitEnd();
        return process.exitValue();
    }

    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /**
     * Stops the server if it still runs.
     *
     * @throws IOException if it has to be killed, or exits with an error
     */
    @Override
    public synchronized void close() throws IOException {
        if (process.isAlive()) {
            final int status = stop();
            if (status != 0 && status != EXIT_SIGTERM) {
                throw new IOException(kind.name() + " exited with " + status + ":\n" + output.lastLines());
            }
        }
    }
}
