// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Under which conditions a GET or a HEAD wants its answer. They count only for what would be answered {@code 200} or {@code 206} without
 * them: RFC 9110, 13.2.1. Used for one request after another, by one thread.
 *
 * <p>If-Modified-Since makes a {@code 304} only if it is the date that the file has, to the second: what an older file has replaced is not
 * unmodified.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-13">RFC 9110, 13: conditional requests</a>
 */
public final class Preconditions {
    /** In place of a value that comes twice and may not: neither a date nor a tag. */
    private static final String NEITHER = "";

    private String ifMatch;
    private String ifNoneMatch;
    private String ifModifiedSince;
    private String ifUnmodifiedSince;
    private String ifRange;
    private String range;

    /** There are none yet. */
    public Preconditions() {}

    /**
     * Takes the conditions out of the fields of a request, and the range that depends on one.
     *
     * @param fields of the request; not needed afterwards
     */
    public void set(HttpFields fields) {
        ifMatch = null;
        ifNoneMatch = null;
        ifModifiedSince = null;
        ifUnmodifiedSince = null;
        ifRange = null;
        range = null;
        for (int i = 0; i < fields.size(); i++) {
            final HttpField field = fields.getField(i);
            if (field.getHeader() != null) {
                add(field.getHeader(), field.getValue() == null ? "" : field.getValue());
            }
        }
    }

    private void add(HttpHeader header, String value) {
        switch (header) {
            case IF_MATCH -> ifMatch = joined(ifMatch, value);
            case IF_NONE_MATCH -> ifNoneMatch = joined(ifNoneMatch, value);
            case IF_MODIFIED_SINCE -> ifModifiedSince = single(ifModifiedSince, value);
            case IF_UNMODIFIED_SINCE -> ifUnmodifiedSince = single(ifUnmodifiedSince, value);
            case IF_RANGE -> ifRange = single(ifRange, value);
            case RANGE -> range = single(range, value);
            default -> {
                // no condition
            }
        }
    }

    /** Lines of a list are one list: RFC 9110, 5.3. */
    private static String joined(String before, String value) {
        return before == null ? value : before + ", " + value;
    }

    private static String single(String before, String value) {
        return before == null ? value : NEITHER;
    }

    /**
     * Evaluates the conditions in their order: RFC 9110, 13.2.2, steps 1 to 4.
     *
     * @param file what there is
     * @param nowSeconds since 1970
     * @return {@code 412}, {@code 304}, or {@code 200}: what was asked for is to be done
     */
    public int evaluate(Validators file, long nowSeconds) {
        final boolean wanted = ifMatch != null ? isMatched(file) : isUnmodified(file, nowSeconds);
        if (!wanted) {
            return HttpStatus.PRECONDITION_FAILED_412;
        }
        final boolean had = ifNoneMatch != null ? isHad(file) : isNotModified(file, nowSeconds);
        return had ? HttpStatus.NOT_MODIFIED_304 : HttpStatus.OK_200;
    }

    /** RFC 9110, 13.1.1: if no tag is listed that is strongly equal, the client means another content. */
    private boolean isMatched(Validators file) {
        return EntityTagList.isAny(ifMatch) || EntityTagList.hasStrong(ifMatch, file.tag());
    }

    /** RFC 9110, 13.1.4. */
    private boolean isUnmodified(Validators file, long nowSeconds) {
        if (ifUnmodifiedSince == null) {
            return true;
        }
        final long since = HttpDate.parse(ifUnmodifiedSince, nowSeconds);
        return since == HttpDate.NONE || file.modifiedSeconds() <= since;
    }

    /** RFC 9110, 13.1.2; a weak tag of ours may have been that of another content of the same tick. */
    private boolean isHad(Validators file) {
        return EntityTagList.isAny(ifNoneMatch)
                || (!file.tag().isWeak() && EntityTagList.hasWeak(ifNoneMatch, file.tag()));
    }

    /** RFC 9110, 13.1.3. */
    private boolean isNotModified(Validators file, long nowSeconds) {
        return ifModifiedSince != null && isStrongDate(ifModifiedSince, file, nowSeconds);
    }

    private static boolean isStrongDate(String date, Validators file, long nowSeconds) {
        return file.believesDate() && HttpDate.parse(date, nowSeconds) == file.modifiedSeconds();
    }

    /**
     * Returns the range that is wanted of what there is: RFC 9110, 13.2.2, step 5. For a GET that {@link #evaluate} lets through; a HEAD has
     * none (RFC 9110, 14.2).
     *
     * @param file what there is
     * @param nowSeconds since 1970
     * @return the value of Range, for {@link ByteRanges#resolve}; null if the whole file is wanted
     */
    public String range(Validators file, long nowSeconds) {
        return range == null || ifRange == null || isSame(file, nowSeconds) ? range : null;
    }

    /** RFC 9110, 13.1.5. */
    private boolean isSame(Validators file, long nowSeconds) {
        return EntityTagList.isStrong(ifRange, file.tag()) || isStrongDate(ifRange, file, nowSeconds);
    }
}
