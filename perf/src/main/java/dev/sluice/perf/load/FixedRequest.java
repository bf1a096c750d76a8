// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.load;

/** The same request every time: one file, asked for again and again. */
public final class FixedRequest implements RequestSource {
    private final byte[] request;
    private final int bodyLengthBytes;

    /**
     * Asks for one path.
     *
     * @param path absolute path, percent-encoded where it must be
     * @param bodyLengthBytes length of the reply's body in bytes
     */
    public FixedRequest(String path, int bodyLengthBytes) {
        this.request = Request.get(path);
        this.bodyLengthBytes = bodyLengthBytes;
    }

    @Override
    public boolean next(Request next) {
        next.put(request).expect(Request.OK, bodyLengthBytes);
        return true;
    }
}
