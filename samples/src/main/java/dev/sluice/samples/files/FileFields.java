// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import dev.sluice.aio.FileStatus;
import dev.sluice.samples.http.wire.ResponseHeader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/**
 * The header fields that tell of a file, encoded once and remembered as long as its version is settled: the same few files are asked for again
 * and again. One for the loop.
 */
final class FileFields {
    private static final int ENTRIES = 1 << 10;
    private static final HttpField ACCEPT_RANGES = new PreEncodedHttpField(HttpHeader.ACCEPT_RANGES, "bytes");

    /** Room that all fields of a file fit in, with the longest Cache-Control. */
    static final int MAX_BYTES = 3072;

    private final ResponseHeader header;
    private final FileOptions options;
    private final MediaTypes mediaTypes = MediaTypes.listed();
    private final Described[] known = new Described[ENTRIES];
    private final ByteBuffer scratch = ByteBuffer.allocate(MAX_BYTES);

    /** What is said of one version of a file under one path. */
    static final class Described {
        final Validators validators;
        final HttpField contentType;

        /** ETag, Cache-Control, Vary and, unless it may yet become untrue, Last-Modified: what a {@code 304} says. Not to be changed. */
        final byte[] ofVersion;

        /** All of a {@code 200}. Not to be changed. */
        final byte[] ofWhole;

        private final String path;
        private final ContentCoding coding;
        private final FileVersion version;

        private Described(
                String path,
                ContentCoding coding,
                FileVersion version,
                Validators validators,
                HttpField contentType,
                byte[] ofVersion,
                byte[] ofWhole) {
            this.path = path;
            this.coding = coding;
            this.version = version;
            this.validators = validators;
            this.contentType = contentType;
            this.ofVersion = ofVersion;
            this.ofWhole = ofWhole;
        }

        boolean isCoded() {
            return coding != ContentCoding.IDENTITY;
        }

        /** Content-Encoding. */
        HttpField codingField() {
            return coding.field();
        }
    }

    FileFields(ResponseHeader header, FileOptions options) {
        this.header = header;
        this.options = options;
    }

    /** Returns what is said of a file by that path, or its sibling of a coding; {@code nowMs} since 1970, not after its content begins to be read. */
    Described of(String path, ContentCoding coding, FileStatus status, long nowMs) {
        final int hash = path.hashCode() + coding.extension().length();
        final int index = (hash ^ (hash >>> 16)) & (ENTRIES - 1);
        final Described before = known[index];
        if (before != null && before.version.isOf(status) && before.coding == coding && before.path.equals(path)) {
            return before;
        }
        final Described described = describe(path, coding, FileVersion.of(status), nowMs);
        if (described.validators.areSettled()) {
            known[index] = described;
        }
        return described;
    }

    /** Returns the Content-Type of a file. */
    HttpField contentType(String path) {
        return mediaTypes.of(path);
    }

    private Described describe(String path, ContentCoding coding, FileVersion version, long nowMs) {
        final Validators validators = Validators.of(version, options.identity(), coding, nowMs * 1_000_000L);
        final HttpField contentType = mediaTypes.of(path);
        scratch.clear();
        header.field(scratch, validators.tag().field());
        if (validators.saysDate()) {
            header.lastModified(scratch, version.modifiedSeconds());
        }
        final HttpField cacheControl = options.cacheControl().of(path);
        if (cacheControl != null) {
            header.field(scratch, cacheControl);
        }
        if (!options.siblings().isEmpty()) {
            header.field(scratch, AcceptedCodings.VARY);
        }
        final int versionBytes = scratch.position();
        header.field(scratch, contentType);
        if (coding != ContentCoding.IDENTITY) {
            header.field(scratch, coding.field());
        }
        header.field(scratch, ACCEPT_RANGES);
        header.contentLength(scratch, version.sizeBytes());
        final byte[] whole = Arrays.copyOf(scratch.array(), scratch.position());
        return new Described(path, coding, version, validators, contentType, Arrays.copyOf(whole, versionBytes), whole);
    }
}
