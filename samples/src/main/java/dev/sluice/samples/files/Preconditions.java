// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import dev.sluice.samples.http.wire.ResponseHeader;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Under which conditions a request wants its answer. No representation has an entity tag here: only {@code *} matches one.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-13">RFC 9110, conditional requests</a>
 */
final class Preconditions {
    private static final String ANY = "*";

    /** In place of a date that comes twice: as any that is no date it is ignored. */
    private static final String NO_DATE = "";

    private boolean ifMatch;
    private boolean ifMatchAny;
    private boolean ifNoneMatch;
    private boolean ifNoneMatchAny;
    private String ifModifiedSince;
    private String ifUnmodifiedSince;

    private void clear() {
        ifMatch = false;
        ifMatchAny = false;
        ifNoneMatch = false;
        ifNoneMatchAny = false;
        ifModifiedSince = null;
        ifUnmodifiedSince = null;
    }

    /** Takes the conditions out of the fields of a request. */
    void set(HttpFields fields) {
        clear();
        for (int i = 0; i < fields.size(); i++) {
            add(fields.getField(i));
        }
    }

    private void add(HttpField field) {
        final HttpHeader header = field.getHeader();
        if (header == null) {
            return;
        }
        switch (header) {
            case IF_MATCH -> {
                ifMatch = true;
                ifMatchAny |= ANY.equals(field.getValue());
            }
            case IF_NONE_MATCH -> {
                ifNoneMatch = true;
                ifNoneMatchAny |= ANY.equals(field.getValue());
            }
            case IF_MODIFIED_SINCE -> ifModifiedSince = ifModifiedSince == null ? field.getValue() : NO_DATE;
            case IF_UNMODIFIED_SINCE -> ifUnmodifiedSince = ifUnmodifiedSince == null ? field.getValue() : NO_DATE;
            default -> {
                // no condition
            }
        }
    }

    /** Returns what is answered instead of {@code 200} for a file that was last modified then, else {@code 200}. */
    int evaluate(ResponseHeader header, long modifiedSeconds) {
        if (ifMatch) {
            if (!ifMatchAny) {
                return HttpStatus.PRECONDITION_FAILED_412;
            }
        } else if (ifUnmodifiedSince != null && header.isModified(ifUnmodifiedSince, modifiedSeconds)) {
            return HttpStatus.PRECONDITION_FAILED_412;
        }
        if (ifNoneMatch) {
            return ifNoneMatchAny ? HttpStatus.NOT_MODIFIED_304 : HttpStatus.OK_200;
        }
        return ifModifiedSince != null && header.isUnmodified(ifModifiedSince, modifiedSeconds)
                ? HttpStatus.NOT_MODIFIED_304
                : HttpStatus.OK_200;
    }
}
