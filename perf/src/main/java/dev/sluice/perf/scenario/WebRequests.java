// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.load.Request;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What visitors of a {@link WebCorpus} ask for, made beforehand: the popularity of files is Zipf's, one request in ten asks whether what it has
 * is still good, one in ten for a range, one in fifty for what is not there, and one in ten is the last of its connection. All
 * servers are asked the same.
 */
final class WebRequests implements TurnServer.Requests {
    private static final long SEED = 42;
    private static final int COUNT = 1 << 16;
    private static final double ZIPF_EXPONENT = 0.9;
    private static final double MISSING = 0.02;
    private static final double CONDITIONAL = 0.1;
    private static final double RANGE = 0.1;
    private static final double LAST = 0.1;
    private static final int MAX_RANGE_BYTES = 64 * 1024;
    private static final int PARTIAL_CONTENT = 206;
    private static final int NOT_MODIFIED = 304;
    private static final int NOT_FOUND = 404;
    /** Where turns begin: far from each other, and no two at the same one soon. */
    private static final int TURN_STRIDE = 9973;

    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    private static final class Planned {
        private final byte[] bytes;
        private final int status;
        private final int lengthBytes;
        private final boolean last;

        Planned(byte[] bytes, int status, int lengthBytes, boolean last) {
            this.bytes = bytes;
            this.status = status;
            this.lengthBytes = lengthBytes;
            this.last = last;
        }
    }

    private final WebCorpus corpus;
    private final List<String> entityTags;
    private final Planned[] planned = new Planned[COUNT];
    private int next;

    /** The entity tags are those of the server that is asked, of each file. */
    WebRequests(WebCorpus corpus, List<String> entityTags) {
        this.corpus = corpus;
        this.entityTags = List.copyOf(entityTags);
        final Random random = new Random(SEED);
        final int[] byRank = ranks(random);
        final double[] upTo = zipf(corpus.count());
        for (int i = 0; i < COUNT; i++) {
            final int rank = Arrays.binarySearch(upTo, random.nextDouble());
            planned[i] = plan(byRank[rank < 0 ? -rank - 1 : rank], random);
        }
    }

    static String describe() {
        return "popularity by Zipf with " + ZIPF_EXPONENT + "; " + CONDITIONAL + " conditional, " + RANGE + " ranges, "
                + MISSING + " missing, " + LAST + " the last of their connection";
    }

    /** Which file has which rank; sizes and ranks have nothing to do with each other. */
    private int[] ranks(Random random) {
        final List<Integer> files = IntStream.range(0, corpus.count()).boxed().collect(Collectors.toList());
        Collections.shuffle(files, random);
        return files.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The part of all requests that go to a rank or those before it. */
    private static double[] zipf(int count) {
        final double[] upTo = new double[count];
        double sum = 0;
        for (int rank = 0; rank < count; rank++) {
            sum += 1 / Math.pow(rank + 1, ZIPF_EXPONENT);
            upTo[rank] = sum;
        }
        for (int rank = 0; rank < count; rank++) {
            upTo[rank] /= sum;
        }
        upTo[count - 1] = 1;
        return upTo;
    }

    private Planned plan(int file, Random random) {
        final boolean last = random.nextDouble() < LAST;
        final double kind = random.nextDouble();
        final String path = corpus.path(file);
        final int length = corpus.length(file);
        if (kind < MISSING) {
            return planned(path + ".gone", NOT_FOUND, Request.ANY_LENGTH, last);
        }
        if (kind < MISSING + CONDITIONAL) {
            return planned(path, NOT_MODIFIED, Request.ANY_LENGTH, last, condition(file, random.nextBoolean()));
        }
        if (kind < MISSING + CONDITIONAL + RANGE) {
            final int from = random.nextInt(length);
            final int bytes = 1 + random.nextInt(Math.min(MAX_RANGE_BYTES, length - from));
            return planned(path, PARTIAL_CONTENT, bytes, last, "Range: bytes=" + from + "-" + (from + bytes - 1));
        }
        return planned(path, Request.OK, length, last);
    }

    private String condition(int file, boolean byTag) {
        final Instant modified = corpus.modified(file);
        return byTag
                ? "If-None-Match: " + entityTags.get(file)
                : "If-Modified-Since: " + HTTP_DATE.format(modified.atOffset(ZoneOffset.UTC));
    }

    private static Planned planned(String path, int status, int lengthBytes, boolean last, String... fields) {
        final String[] all = Arrays.copyOf(fields, fields.length + (last ? 1 : 0));
        if (last) {
            all[fields.length] = "Connection: close";
        }
        return new Planned(Request.get(path, all), status, lengthBytes, last);
    }

    @Override
    public void beginTurn(int turn) {
        next = turn * TURN_STRIDE;
    }

    @Override
    public boolean next(Request request) {
        final Planned chosen = planned[next++ & (COUNT - 1)];
        request.put(chosen.bytes).expect(chosen.status, chosen.lengthBytes);
        if (chosen.last) {
            request.last();
        }
        return true;
    }
}
