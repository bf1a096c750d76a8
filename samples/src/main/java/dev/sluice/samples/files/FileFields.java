// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import dev.sluice.samples.http.wire.ResponseHeader;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The header fields that tell of a file, encoded once and remembered: the same few files are asked for again and again.
 * One for the loop.
 */
final class FileFields {
    private static final int ENTRIES = 1 << 10;

    private final ResponseHeader header;
    private final MediaTypes mediaTypes = new MediaTypes();
    private final Encoded[] known = new Encoded[ENTRIES];
    private final ByteBuffer scratch = ByteBuffer.allocate(ResponseHeader.MAX_BYTES);

    private static final class Encoded {
        private final String path;
        private final long modifiedSeconds;
        private final long sizeBytes;
        private final byte[] bytes;

        private Encoded(String path, long modifiedSeconds, long sizeBytes, byte[] bytes) {
            this.path = path;
            this.modifiedSeconds = modifiedSeconds;
            this.sizeBytes = sizeBytes;
            this.bytes = bytes;
        }
    }

    FileFields(ResponseHeader header) {
        this.header = header;
    }

    /** Returns Content-Type, Last-Modified and Content-Length. Not to be changed. */
    byte[] of(String path, long modifiedSeconds, long sizeBytes) {
        final int hash = path.hashCode();
        final int index = (hash ^ (hash >>> 16)) & (ENTRIES - 1);
        Encoded encoded = known[index];
        if (encoded == null
                || encoded.modifiedSeconds != modifiedSeconds
                || encoded.sizeBytes != sizeBytes
                || !encoded.path.equals(path)) {
            encoded = new Encoded(path, modifiedSeconds, sizeBytes, encode(path, modifiedSeconds, sizeBytes));
            known[index] = encoded;
        }
        return encoded.bytes;
    }

    private byte[] encode(String path, long modifiedSeconds, long sizeBytes) {
        scratch.clear();
        header.field(scratch, mediaTypes.of(path));
        header.lastModified(scratch, modifiedSeconds);
        header.contentLength(scratch, sizeBytes);
        return Arrays.copyOf(scratch.array(), scratch.position());
    }
}
