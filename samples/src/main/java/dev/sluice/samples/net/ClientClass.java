// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import dev.sluice.containers.Priority;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A class of clients, told apart by their addresses, and served at one priority.
 *
 * @param name for messages and the container's name
 * @param ranges of addresses
 * @param priority 0 to 63, higher is served first
 * @param maxConnections how many connections its clients may have together, 0 for as many as there may be at all
 */
public record ClientClass(String name, List<Cidr> ranges, int priority, int maxConnections) {
    /** The class of everybody who is in no other. */
    static final String DEFAULT_NAME = "default";

    private static final String FORM = "NAME=CIDR[,CIDR...]:PRIORITY[,connections=N]";
    private static final String CONNECTIONS = "connections=";

    /**
     * Checks the values.
     *
     * @param name see {@link #name()}
     * @param ranges see {@link #ranges()}
     * @param priority see {@link #priority()}
     * @param maxConnections see {@link #maxConnections()}
     * @throws IllegalArgumentException if the name is empty or has other characters than letters, digits, dot, dash and
     *     underscore, there is no range, or a number is out of range
     */
    public ClientClass {
        ranges = List.copyOf(ranges);
        if (!name.matches("[A-Za-z0-9._-]+")) {
            throw new IllegalArgumentException(
                    "the name of a class has letters, digits, '.', '-' and '_' only: \"" + name + "\"");
        }
        if (ranges.isEmpty()) {
            throw new IllegalArgumentException("class " + name + " has no range of addresses");
        }
        Priority.check(priority);
        if (maxConnections < 0) {
            throw new IllegalArgumentException(
                    "class " + name + " may have a number of connections above 0, not " + maxConnections);
        }
    }

    /**
     * Reads {@code NAME=CIDR[,CIDR...]:PRIORITY[,connections=N]}.
     *
     * @param text for example {@code guests=10.0.0.0/8,2001:db8::/32:16,connections=100}
     * @return the class
     * @throws IllegalArgumentException if it is not of that form, saying what is wrong
     */
    public static ClientClass parse(String text) {
        final int equals = text.indexOf('=');
        final int colon = text.lastIndexOf(':');
        if (equals < 0 || colon < equals) {
            throw new IllegalArgumentException("a class is " + FORM + ", not \"" + text + "\"");
        }
        final List<Cidr> ranges = new ArrayList<>();
        for (final String range : text.substring(equals + 1, colon).split(",", -1)) {
            ranges.add(Cidr.parse(range));
        }
        final String[] numbers = text.substring(colon + 1).split(",", 2);
        return new ClientClass(
                text.substring(0, equals),
                ranges,
                parsePriority(text, numbers[0]),
                numbers.length == 1 ? 0 : parseConnections(text, numbers[1]));
    }

    private static int parseConnections(String text, String option) {
        try {
            if (option.startsWith(CONNECTIONS)) {
                final int connections = Integer.parseInt(option.substring(CONNECTIONS.length()));
                if (connections > 0) {
                    return connections;
                }
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the number of connections is none: \"" + text + "\"", e);
        }
        throw new IllegalArgumentException("a class is " + FORM + " with N above 0, not \"" + text + "\"");
    }

    private static int parsePriority(String text, String priority) {
        try {
            return Integer.parseInt(priority);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "the priority behind the last colon is not a number: \"" + text + "\"", e);
        }
    }

    /**
     * Checks that each class has a name of its own, and each range is in one of them.
     *
     * @param classes to be served together
     * @throws IllegalArgumentException if not, naming it
     */
    public static void checkDistinct(List<ClientClass> classes) {
        final Set<String> names = new HashSet<>(Set.of(DEFAULT_NAME));
        final Set<Cidr> ranges = new HashSet<>();
        for (final ClientClass clients : classes) {
            if (!names.add(clients.name)) {
                throw new IllegalArgumentException("two classes are named " + clients.name);
            }
            for (final Cidr range : clients.ranges) {
                if (!ranges.add(range)) {
                    throw new IllegalArgumentException(range + " is in two classes, or twice in " + clients.name);
                }
            }
        }
    }

    /** Returns the class as {@link #parse} reads it. */
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder(name).append('=');
        for (int i = 0; i < ranges.size(); i++) {
            text.append(i == 0 ? "" : ",").append(ranges.get(i));
        }
        text.append(':').append(priority);
        return maxConnections == 0
                ? text.toString()
                : text.append(',').append(CONNECTIONS).append(maxConnections).toString();
    }
}
