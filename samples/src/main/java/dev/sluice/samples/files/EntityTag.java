// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/**
 * The entity tag of one version of a file, in one coding. Immutable; to be made once for a version that is settled.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3">RFC 9110, 8.8.3: ETag</a>
 */
public final class EntityTag {
    private static final int RADIX = Character.MAX_RADIX;
    private static final String WEAK = "W/";

    /** Never of a strong tag: else the first content of a tick would be taken for the last one of it. */
    private static final char OF_WEAK = '~';

    private final String opaque;
    private final boolean weak;
    private final HttpField field;

    private EntityTag(String opaque, boolean weak) {
        this.opaque = opaque;
        this.weak = weak;
        field = new PreEncodedHttpField(HttpHeader.ETAG, weak ? WEAK + opaque : opaque);
    }

    /** Makes the tag: the numbers in base 36, and what tells the coding. */
    static EntityTag of(FileVersion version, Identity identity, ContentCoding coding, boolean weak) {
        final StringBuilder text = new StringBuilder(64).append('"');
        text.append(Long.toString(version.sizeBytes(), RADIX));
        append(text, version.modifiedSeconds(), version.modifiedNanos());
        if (identity == Identity.CHANGE_TIME) {
            if (version.changedSeconds() != version.modifiedSeconds()
                    || version.changedNanos() != version.modifiedNanos()) {
                append(text, version.changedSeconds(), version.changedNanos());
            }
            text.append('.').append(Long.toUnsignedString(version.inode(), RADIX));
        }
        text.append(coding.extension());
        if (weak) {
            text.append(OF_WEAK);
        }
        return new EntityTag(text.append('"').toString(), weak);
    }

    private static void append(StringBuilder text, long seconds, int nanos) {
        text.append('-').append(Long.toString(seconds, RADIX)).append('_').append(Integer.toString(nanos, RADIX));
    }

    /**
     * Tells whether this tag does not vouch for every byte: what it is of may have been changed after it was made, and have it still.
     *
     * @return true if so
     */
    public boolean isWeak() {
        return weak;
    }

    /** The quoted part, which is compared. */
    String opaque() {
        return opaque;
    }

    /**
     * Returns the field that tells the tag.
     *
     * @return ETag
     */
    public HttpField field() {
        return field;
    }

    /** Returns the tag as a field has it. */
    @Override
    public String toString() {
        return field.getValue();
    }
}
