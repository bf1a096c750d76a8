// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Finds out for whom a request was forwarded. Each proxy on the way adds, at the right, the address that it was asked from. So the list
 * is read from the right, as long as who said it is trusted: what a client wrote itself is left of its own address, and is not believed.
 *
 * <pre>
 *   X-Forwarded-For: made up, 203.0.113.7, 10.0.0.2        the connection comes from 10.0.0.1
 *                             |            |                                         |
 *                             the client   trusted                                   trusted
 * </pre>
 *
 * <p>What is no address ends the walk, and so does an empty element: the last proxy that could be named is who is asking then. Stateless:
 * any thread, if the predicate allows it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7239">RFC 7239, Forwarded</a>
 */
public final class ForwardedFor {
    private static final String FOR = "for";

    private final Predicate<InetAddress> trusted;

    /**
     * Remembers whom to believe.
     *
     * @param trusted the addresses of proxies that add what is true
     */
    public ForwardedFor(Predicate<InetAddress> trusted) {
        this.trusted = Objects.requireNonNull(trusted, "trusted");
    }

    /**
     * Reads X-Forwarded-For: addresses with or without ports, IPv6 with or without brackets.
     *
     * @param peer from where the connection comes, or what {@link ProxyHeader} said
     * @param values of all such fields, in their order
     * @return the address of the client, which is that of the peer if it is not trusted
     */
    public InetAddress client(InetAddress peer, List<String> values) {
        return walk(peer, values, false);
    }

    /**
     * Reads Forwarded: the {@code for} of each element.
     *
     * @param peer from where the connection comes, or what {@link ProxyHeader} said
     * @param values of all such fields, in their order
     * @return the address of the client, which is that of the peer if it is not trusted
     */
    public InetAddress clientOfForwarded(InetAddress peer, List<String> values) {
        return walk(peer, values, true);
    }

    private InetAddress walk(InetAddress peer, List<String> values, boolean pairs) {
        InetAddress client = peer;
        for (int line = values.size() - 1; line >= 0; line--) {
            final String value = values.get(line);
            int end = value.length();
            while (end >= 0) {
                if (!trusted.test(client)) {
                    return client;
                }
                final int comma = lastUnquoted(value, end, ',');
                final String element = value.substring(comma + 1, end).strip();
                final InetAddress next = pairs ? addressOfPairs(element) : ForwardedForNode.address(element);
                if (next == null) {
                    return client;
                }
                client = next;
                end = comma;
            }
        }
        return client;
    }

    /**
     * Returns where a separator is before {@code end}, or -1: from the right, so that quotes that a client left open hide nothing that a
     * proxy added.
     */
    private static int lastUnquoted(String text, int end, char separator) {
        boolean quoted = false;
        for (int i = end - 1; i >= 0; i--) {
            final char c = text.charAt(i);
            if (c == '"' && !isEscaped(text, i)) {
                quoted = !quoted;
            } else if (c == separator && !quoted) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isEscaped(String text, int index) {
        int backslashes = 0;
        while (index - 1 - backslashes >= 0 && text.charAt(index - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }

    /** Returns the address of {@code for=node;by=node;...}; null if there is none, or two. */
    private static InetAddress addressOfPairs(String element) {
        InetAddress address = null;
        int end = element.length();
        while (end >= 0) {
            final int semicolon = lastUnquoted(element, end, ';');
            final String pair = element.substring(semicolon + 1, end).strip();
            final int equals = pair.indexOf('=');
            if (equals == FOR.length() && pair.regionMatches(true, 0, FOR, 0, equals)) {
                final InetAddress found = ForwardedForNode.address(unquoted(pair.substring(equals + 1)));
                if (found == null || address != null) {
                    return null;
                }
                address = found;
            }
            end = semicolon;
        }
        return address;
    }

    /** No address needs a backslash: one that has it is none. */
    private static String unquoted(String value) {
        final boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
