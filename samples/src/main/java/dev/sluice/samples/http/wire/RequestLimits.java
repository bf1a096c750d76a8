// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

/**
 * How much a request may have before it is refused, or a response, whose status line is bounded like a request line.
 *
 * @param requestLineBytes the request line with its end: beyond it {@code 414}
 * @param fieldsBytes all header and trailer fields together; what the request line leaves of its own counts for them: beyond it {@code 431}
 * @param fields the number of header fields, and of trailer fields: beyond it {@code 431}
 * @param forgottenBodyBytes a body that nobody wants is read up to here; the connection of a longer one ends with the answer
 */
public record RequestLimits(int requestLineBytes, int fieldsBytes, int fields, int forgottenBodyBytes) {
    /** 8 KiB, 32 KiB, 100 fields, 64 KiB. */
    public static final RequestLimits USUAL = new RequestLimits(8192, 32 * 1024, 100, 64 * 1024);

    /**
     * Checks the limits.
     *
     * @param requestLineBytes at least 64
     * @param fieldsBytes at least 64
     * @param fields at least 1
     * @param forgottenBodyBytes at least 0
     * @throws IllegalArgumentException if one is less
     */
    public RequestLimits {
        check("requestLineBytes", requestLineBytes, 64);
        check("fieldsBytes", fieldsBytes, 64);
        check("fields", fields, 1);
        check("forgottenBodyBytes", forgottenBodyBytes, 0);
    }

    private static void check(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ": " + value);
        }
    }
}
