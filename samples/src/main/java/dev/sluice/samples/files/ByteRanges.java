// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.util.BufferUtil;

/**
 * The parts of a file that a request asks for, in the order in which it names them. What overlaps or adjoins is one part, at the place of
 * the first of it, so that no byte is sent twice. Used for one request after another, by one thread.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-14">RFC 9110, 14: range requests</a>
 */
public final class ByteRanges {
    /** The most parts of one answer. Who asks for more gets the whole file; zsync, which asks for up to 20, could not use that. */
    public static final int MOST_PARTS = 32;

    /** Room that a Content-Range field fits in. */
    public static final int MAX_FIELD_BYTES = 96;

    private static final String UNIT = "bytes=";
    private static final byte[] FIELD = "Content-Range: bytes ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CRLF = {'\r', '\n'};
    private static final int DECIMAL = 10;

    private final long[] first = new long[MOST_PARTS];
    private final long[] last = new long[MOST_PARTS];
    private int count;
    private long sizeBytes;

    /** Any last byte of an empty file was asked for: there is none to point at. */
    private boolean endOfNothing;

    private enum Spec {
        TAKEN,
        BEYOND_THE_END,
        REFUSED
    }

    /** Has no parts yet. */
    public ByteRanges() {}

    /**
     * Takes in what a request for a file asks for.
     *
     * <p>A field that is malformed, or counts in another unit, is ignored as if it had not come: {@code 200}. So is one that would need
     * more than {@link #MOST_PARTS}, also on the way to fewer: the whole file is the cheaper answer.
     *
     * @param field the value of the only Range field
     * @param newSizeBytes of the file, or of the coded form of it that is sent
     * @return {@code 206} if parts of it are the answer, {@code 200} if all of it is, {@code 416} if nothing that was asked for is there
     */
    public int resolve(String field, long newSizeBytes) {
        sizeBytes = newSizeBytes;
        count = 0;
        endOfNothing = false;
        if (!field.regionMatches(true, 0, UNIT, 0, UNIT.length())) { // RFC 9110, 14.1: units ignore case
            return HttpStatus.OK_200;
        }
        boolean any = false;
        int at = UNIT.length();
        while (at <= field.length()) {
            final int comma = field.indexOf(',', at);
            final int end = comma < 0 ? field.length() : comma;
            final int from = Lists.skipSpace(field, at, end);
            final int to = Lists.dropSpace(field, from, end);
            if (from < to) { // RFC 9110, 5.6.1.2: empty members are ignored
                any = true;
                if (take(field, from, to) == Spec.REFUSED) {
                    count = 0;
                    return HttpStatus.OK_200;
                }
            }
            at = end + 1;
        }
        if (count > 0) {
            return HttpStatus.PARTIAL_CONTENT_206;
        }
        return any && !endOfNothing ? HttpStatus.RANGE_NOT_SATISFIABLE_416 : HttpStatus.OK_200;
    }

    /** Takes {@code first-last}, {@code first-} or {@code -suffix}. */
    private Spec take(String field, int from, int to) {
        final int dash = endOfDigits(field, from, to);
        if (dash == to || field.charAt(dash) != '-') {
            return Spec.REFUSED;
        }
        final int second = dash + 1;
        if (endOfDigits(field, second, to) != to) {
            return Spec.REFUSED;
        }
        if (dash == from) {
            return second == to ? Spec.REFUSED : takeSuffix(number(field, second, to));
        }
        final boolean open = second == to;
        if (!open && isLess(field, second, to, from, dash)) {
            return Spec.REFUSED;
        }
        final long firstByte = number(field, from, dash);
        if (firstByte >= sizeBytes) {
            return Spec.BEYOND_THE_END;
        }
        return add(firstByte, open ? sizeBytes - 1L : Math.min(number(field, second, to), sizeBytes - 1L));
    }

    private Spec takeSuffix(long suffixBytes) {
        if (suffixBytes == 0L) {
            return Spec.BEYOND_THE_END;
        }
        if (sizeBytes == 0L) {
            endOfNothing = true;
            return Spec.TAKEN;
        }
        return add(Math.max(0L, sizeBytes - suffixBytes), sizeBytes - 1L);
    }

    private Spec add(long firstByte, long lastByte) {
        long mergedFirst = firstByte;
        long mergedLast = lastByte;
        int place = -1;
        int kept = 0;
        for (int i = 0; i < count; i++) {
            final boolean touches = first[i] <= lastByte + 1L && firstByte <= last[i] + 1L;
            if (touches) {
                mergedFirst = Math.min(mergedFirst, first[i]);
                mergedLast = Math.max(mergedLast, last[i]);
            }
            if (!touches || place < 0) {
                place = touches ? kept : place;
                first[kept] = first[i];
                last[kept] = last[i];
                kept++;
            }
        }
        if (place < 0) {
            if (kept == MOST_PARTS) {
                return Spec.REFUSED;
            }
            place = kept++;
        }
        first[place] = mergedFirst;
        last[place] = mergedLast;
        count = kept;
        return Spec.TAKEN;
    }

    private static int endOfDigits(String field, int from, int to) {
        int end = from;
        while (end < to && field.charAt(end) >= '0' && field.charAt(end) <= '9') {
            end++;
        }
        return end;
    }

    /** Returns a number of any length: what no file can have is the largest. */
    private static long number(String field, int from, int to) {
        long number = 0L;
        for (int i = from; i < to; i++) {
            final int digit = field.charAt(i) - '0';
            if (number > (Long.MAX_VALUE - digit) / DECIMAL) {
                return Long.MAX_VALUE;
            }
            number = number * DECIMAL + digit;
        }
        return number;
    }

    /** Compares two numbers of any length. */
    private static boolean isLess(String field, int from, int to, int otherFrom, int otherTo) {
        final int start = skipZeros(field, from, to);
        final int otherStart = skipZeros(field, otherFrom, otherTo);
        final int digits = to - start;
        if (digits != otherTo - otherStart) {
            return digits < otherTo - otherStart;
        }
        for (int i = 0; i < digits; i++) {
            final int difference = field.charAt(start + i) - field.charAt(otherStart + i);
            if (difference != 0) {
                return difference < 0;
            }
        }
        return false;
    }

    private static int skipZeros(String field, int from, int to) {
        int start = from;
        while (start < to && field.charAt(start) == '0') {
            start++;
        }
        return start;
    }

    /**
     * Returns how many parts there are.
     *
     * @return at least 1 after {@code 206}, else 0
     */
    public int count() {
        return count;
    }

    /**
     * Returns where a part begins.
     *
     * @param part from 0
     * @return its first byte, from 0
     */
    public long firstByte(int part) {
        return first[part];
    }

    /**
     * Returns the length of a part.
     *
     * @param part from 0
     * @return bytes, at least 1
     */
    public long lengthBytes(int part) {
        return last[part] - first[part] + 1L;
    }

    /**
     * Returns the size of the file that the parts are of.
     *
     * @return bytes
     */
    public long sizeBytes() {
        return sizeBytes;
    }

    /**
     * Writes the Content-Range field of a part: {@code bytes 0-499/8000}.
     *
     * @param part from 0
     * @param out has room for {@link #MAX_FIELD_BYTES}
     */
    public void putContentRange(int part, ByteBuffer out) {
        out.put(FIELD);
        BufferUtil.putDecLong(out, first[part]);
        out.put((byte) '-');
        BufferUtil.putDecLong(out, last[part]);
        putSize(out);
    }

    /**
     * Returns the Content-Range field of a {@code 416}: RFC 9110, 15.5.17.
     *
     * @return Content-Range: bytes, a star in place of the range, and the size
     */
    public HttpField unsatisfied() {
        return new HttpField(HttpHeader.CONTENT_RANGE, "bytes */" + sizeBytes);
    }

    private void putSize(ByteBuffer out) {
        out.put((byte) '/');
        BufferUtil.putDecLong(out, sizeBytes);
        out.put(CRLF);
    }

    /** How long the Content-Range field of a part is, with its end. */
    int contentRangeBytes(int part) {
        final int separators = 2;
        return FIELD.length + digits(first[part]) + digits(last[part]) + digits(sizeBytes) + separators + CRLF.length;
    }

    private static int digits(long number) {
        int digits = 1;
        for (long rest = number / DECIMAL; rest > 0L; rest /= DECIMAL) {
            digits++;
        }
        return digits;
    }
}
