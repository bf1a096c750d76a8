// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A pair of virtual Ethernet devices, one end here, the other in a network namespace of the servers.
 *
 * <p>What a sender does on loopback is the receiver's part of TCP, too: half of what a small reply costs. Here receive packet
 * steering has each end's packets received on that end's CPU, so that a server is charged for its own part alone, as with a network card
 * between.
 *
 * @see <a href="https://man7.org/linux/man-pages/man4/veth.4.html">veth(4)</a>
 * @see <a href="https://docs.kernel.org/networking/scaling.html">RPS: receive packet steering</a>
 */
public final class VethPair implements Network {
    /** For tests of network devices, RFC 2544: nobody should be reached there. */
    private static final String RESERVED = "198.18.0.0/15";

    private static final String HERE = "198.18.77.1";
    private static final String THERE = "198.18.77.2";
    private static final int PREFIX_BITS = 30;
    private static final int FIRST_PORT = 8001;

    private final String namespace;
    private int nextPort = FIRST_PORT;

    private VethPair(String namespace) {
        this.namespace = namespace;
    }

    /**
     * Makes one. There can be one at a time.
     *
     * @param name of the namespace and, with an ending, of the device on this side; at most 13 characters
     * @return both ends up
     * @throws IOException if it cannot be made, for example by who is not root, or where this machine has a network of these addresses
     */
    public static VethPair create(String name) throws IOException {
        final String ip = Commands.require("ip");
        final String routes = Commands.run(ip, "-4", "route", "show", "root", RESERVED);
        if (!routes.isEmpty()) { // it would be cut off from them
            throw new IOException("this machine uses addresses of " + RESERVED + " already: " + routes);
        }
        final String here = here(name);
        final String there = name + "-s";
        Commands.run(ip, "netns", "add", name);
        final VethPair pair = new VethPair(name);
        try {
            Commands.run(ip, "link", "add", here, "type", "veth", "peer", "name", there, "netns", name);
            Commands.run(ip, "address", "add", HERE + "/" + PREFIX_BITS, "dev", here);
            Commands.run(ip, "link", "set", here, "up");
            Commands.run(ip, "-n", name, "address", "add", THERE + "/" + PREFIX_BITS, "dev", there);
            Commands.run(ip, "-n", name, "link", "set", there, "up");
            Commands.run(ip, "-n", name, "link", "set", "lo", "up");
            Commands.run("sh", "-c", steering(here, Cpus.LOAD));
            Commands.run(ip, "netns", "exec", name, "sh", "-c", steering(there, Cpus.SERVER));
            return pair;
        } catch (IOException e) {
            pair.close();
            throw e;
        }
    }

    /** The file takes a mask of CPUs; {@code /sys} shows the devices of the namespace that it was mounted in. */
    private static String steering(String device, int cpu) {
        return "echo " + Integer.toHexString(1 << cpu) + " > /sys/class/net/" + device + "/queues/rx-0/rps_cpus";
    }

    @Override
    public synchronized InetSocketAddress freeAddress() throws IOException {
        return new InetSocketAddress(InetAddress.getByName(THERE), nextPort++);
    }

    /** The network alone: with {@code ip netns exec} a server would have a /sys without control groups. */
    @Override
    public List<String> enterAndExec() {
        return List.of("nsenter", "--net=/run/netns/" + namespace);
    }

    /** The devices would go with the namespace, but some time later. */
    @Override
    public void close() throws IOException {
        final String ip = Commands.require("ip");
        if (Files.exists(Path.of("/sys/class/net", here(namespace)))) {
            Commands.run(ip, "link", "delete", here(namespace));
        }
        Commands.run(ip, "netns", "delete", namespace);
    }

    private static String here(String name) {
        return name + "-h";
    }
}
