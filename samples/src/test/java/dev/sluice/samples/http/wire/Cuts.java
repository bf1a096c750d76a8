// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Ways in which bytes can come in; each piece is a buffer of its own, with nothing behind it. */
final class Cuts {
    /** Longer ones are cut in two at some places only. */
    private static final int EVERY_SPLIT_BYTES = 600;

    private static final int SOME_SPLITS = 64;

    private Cuts() {}

    /** A bar stands for the end of a line. */
    static byte[] bytes(String text) {
        return text.replace("|", "\r\n").getBytes(ISO_8859_1);
    }

    static List<ByteBuffer> whole(byte[] bytes) {
        return at(bytes);
    }

    /** Byte by byte, and in two at every place: what is to come to the same as the whole. */
    static List<List<ByteBuffer>> all(byte[] bytes) {
        final List<List<ByteBuffer>> all = new ArrayList<>();
        all.add(byByte(bytes));
        final int step = bytes.length <= EVERY_SPLIT_BYTES ? 1 : bytes.length / SOME_SPLITS;
        for (int split = 1; split < bytes.length; split += step) {
            all.add(at(bytes, split));
        }
        return all;
    }

    static List<ByteBuffer> byByte(byte[] bytes) {
        return at(bytes, IntStream.range(1, bytes.length).toArray());
    }

    static List<ByteBuffer> atRandom(byte[] bytes, Random random) {
        final int[] places = IntStream.generate(() -> random.nextInt(bytes.length + 1))
                .limit(random.nextInt(8))
                .sorted()
                .toArray();
        return at(bytes, places);
    }

    /** At ascending places. */
    static List<ByteBuffer> at(byte[] bytes, int... places) {
        final List<ByteBuffer> pieces = new ArrayList<>();
        int from = 0;
        for (final int place : places) {
            pieces.add(ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, place)));
            from = place;
        }
        pieces.add(ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, bytes.length)));
        return pieces;
    }
}
