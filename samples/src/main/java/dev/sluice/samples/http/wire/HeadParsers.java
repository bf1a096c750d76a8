// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.util.ArrayDeque;
import java.util.function.Supplier;

/**
 * Parsers that are not in use. A message has one only while its head comes in, and while trailers may come: with what it remembers each has 60 KB, and
 * a few that are warm read what a thousand connections send.
 */
final class HeadParsers {
    /** What a burst needed beside them is not kept. */
    private static final int MOST_FREE = 64;

    private final ArrayDeque<HeadParser> free = new ArrayDeque<>();
    private final Supplier<HeadParser> newParser;

    HeadParsers(Supplier<HeadParser> newParser) {
        this.newParser = newParser;
    }

    HeadParser lendTo(MessageReader reader) {
        final HeadParser parser = free.isEmpty() ? newParser.get() : free.pop();
        parser.lendTo(reader);
        return parser;
    }

    /** Takes one back whose message was well-formed; one that stopped half-way is left to the collector. */
    void takeBack(HeadParser parser, boolean askedToClose) {
        parser.comeBack(askedToClose);
        if (free.size() < MOST_FREE) {
            free.push(parser);
        }
    }
}
