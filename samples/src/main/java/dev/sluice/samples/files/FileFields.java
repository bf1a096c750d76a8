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

    private final ResponseHeader header;
    private final Identity identity;
    private final MediaTypes mediaTypes = new MediaTypes();
    private final Described[] known = new Described[ENTRIES];
    private final ByteBuffer scratch = ByteBuffer.allocate(ResponseHeader.MAX_BYTES);

    /** What is said of one version of a file under one path. */
    static final class Described {
        final Validators validators;
        final HttpField contentType;

        /** ETag and, unless it may yet become untrue, Last-Modified: what a {@code 304} says. Not to be changed. */
        final byte[] ofVersion;

        /** All of a {@code 200}. Not to be changed. */
        final byte[] ofWhole;

        private final String path;
        private final FileVersion version;

        private Described(
                String path,
                FileVersion version,
                Validators validators,
                HttpField contentType,
                byte[] ofVersion,
                byte[] ofWhole) {
            this.path = path;
            this.version = version;
            this.validators = validators;
            this.contentType = contentType;
            this.ofVersion = ofVersion;
            this.ofWhole = ofWhole;
        }
    }

    FileFields(ResponseHeader header, Identity identity) {
        this.header = header;
        this.identity = identity;
    }

    /** Returns what is said of a file by that path; {@code nowMs} since 1970, not after its content begins to be read. */
    Described of(String path, FileStatus status, long nowMs) {
        final int hash = path.hashCode();
        final int index = (hash ^ (hash >>> 16)) & (ENTRIES - 1);
        final Described before = known[index];
        if (before != null && before.version.isOf(status) && before.path.equals(path)) {
            return before;
        }
        final Described described = describe(path, FileVersion.of(status), nowMs);
        if (described.validators.areSettled()) {
            known[index] = described;
        }
        return described;
    }

    private Described describe(String path, FileVersion version, long nowMs) {
        final Validators validators = Validators.of(version, identity, ContentCoding.IDENTITY, nowMs * 1_000_000L);
        final HttpField contentType = mediaTypes.of(path);
        scratch.clear();
        header.field(scratch, validators.tag().field());
        if (validators.saysDate()) {
            header.lastModified(scratch, version.modifiedSeconds());
        }
        final int versionBytes = scratch.position();
        header.field(scratch, contentType);
        header.field(scratch, ACCEPT_RANGES);
        header.contentLength(scratch, version.sizeBytes());
        final byte[] whole = Arrays.copyOf(scratch.array(), scratch.position());
        return new Described(path, version, validators, contentType, Arrays.copyOf(whole, versionBytes), whole);
    }
}
