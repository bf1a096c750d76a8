// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import java.util.Arrays;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/**
 * In which codings a client takes its answer, in the order in which the server is to look for them: by the client's weights, then as the
 * server prefers them. Used for one request after another, by one thread.
 *
 * <p>A client that says nothing gets the file as it is, and one that says {@code *} too, if it is there: neither says that it can decode
 * something.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3">RFC 9110, 12.5.3: Accept-Encoding</a>
 */
public final class AcceptedCodings {
    /** Of every answer, also the plain one, for a file that might have been sent in another coding. */
    public static final HttpField VARY =
            new PreEncodedHttpField(HttpHeader.VARY, HttpHeader.ACCEPT_ENCODING.asString());

    private static final ContentCoding[] CODINGS = ContentCoding.values();
    private static final int UNLISTED = -1;

    /** Scores: whatever is listed comes before what {@code *} stands for, at the same weight. */
    private static final int OF_WEIGHT = 16;

    private static final int OF_LISTED = 8;
    private static final int OF_UNCODED = 4;

    /** Acceptable, after all that has a weight. */
    private static final int LAST_RESORT = 1;

    /** These by the indexes of {@link #CODINGS}. */
    private final boolean[] offered = new boolean[CODINGS.length];

    private final int[] weights = new int[CODINGS.length];
    private int weightOfAny;

    private final ContentCoding[] order = new ContentCoding[CODINGS.length];
    private final int[] scores = new int[CODINGS.length];
    private int count;

    /**
     * Makes what reads the field.
     *
     * @param siblings the codings that files may have beside them; {@link ContentCoding#IDENTITY} is offered always
     */
    public AcceptedCodings(Set<ContentCoding> siblings) {
        for (int i = 0; i < CODINGS.length; i++) {
            offered[i] = CODINGS[i] == ContentCoding.IDENTITY || siblings.contains(CODINGS[i]);
        }
    }

    /**
     * Takes in what a request accepts.
     *
     * @param fields of the request; not needed afterwards
     */
    public void set(HttpFields fields) {
        Arrays.fill(weights, UNLISTED);
        weightOfAny = UNLISTED;
        boolean said = false;
        for (int i = 0; i < fields.size(); i++) {
            final HttpField field = fields.getField(i);
            if (field.getHeader() == HttpHeader.ACCEPT_ENCODING && field.getValue() != null) {
                said = true;
                addAll(field.getValue());
            }
        }
        count = 0;
        if (said) {
            for (int i = 0; i < CODINGS.length; i++) {
                if (offered[i]) {
                    place(CODINGS[i], score(i));
                }
            }
        } else {
            place(ContentCoding.IDENTITY, LAST_RESORT);
        }
    }

    private void addAll(String value) {
        int at = 0;
        while (at <= value.length()) {
            final int comma = value.indexOf(',', at);
            final int end = comma < 0 ? value.length() : comma;
            add(value, Lists.skipSpace(value, at, end), end);
            at = end + 1;
        }
    }

    /** Adds {@code token [ ";" "q=" weight ]}; a member that is malformed is as if it were not there. */
    private void add(String value, int from, int end) {
        final int to = Lists.dropSpace(value, from, end);
        final int semicolon = indexOf(value, ';', from, to);
        final boolean weighted = semicolon < to;
        final int nameEnd = Lists.dropSpace(value, from, weighted ? semicolon : to);
        final int weight = weighted ? weight(value, Lists.skipSpace(value, semicolon + 1, to), to) : Weight.MOST;
        if (weight < 0) {
            return;
        }
        if (nameEnd - from == 1 && value.charAt(from) == '*') {
            weightOfAny = weight;
            return;
        }
        for (int i = 0; i < CODINGS.length; i++) {
            if (isNamed(CODINGS[i].token(), value, from, nameEnd)
                    || (CODINGS[i] == ContentCoding.GZIP && isNamed("x-gzip", value, from, nameEnd))) {
                weights[i] = weight;
            }
        }
    }

    /** Within the member alone: the field may have thousands of them. */
    private static int indexOf(String value, char wanted, int from, int to) {
        int at = from;
        while (at < to && value.charAt(at) != wanted) {
            at++;
        }
        return at;
    }

    private static boolean isNamed(String token, String value, int from, int to) {
        return to - from == token.length() && value.regionMatches(true, from, token, 0, token.length());
    }

    private static int weight(String value, int from, int to) {
        return to - from > 2 && value.regionMatches(true, from, "q=", 0, 2) ? Weight.parse(value, from + 2, to) : -1;
    }

    /** What is not accepted has 0. */
    private int score(int index) {
        final boolean listed = weights[index] != UNLISTED;
        final int weight = listed ? weights[index] : weightOfAny;
        final boolean uncoded = CODINGS[index] == ContentCoding.IDENTITY;
        if (weight == UNLISTED) {
            return uncoded ? LAST_RESORT : 0;
        }
        if (weight == 0) {
            return 0;
        }
        final int preference = CODINGS.length - 1 - index;
        return weight * OF_WEIGHT + preference + (listed ? OF_LISTED : uncoded ? OF_UNCODED : 0);
    }

    private void place(ContentCoding coding, int score) {
        if (score == 0) {
            return;
        }
        int at = count++;
        while (at > 0 && scores[at - 1] < score) {
            order[at] = order[at - 1];
            scores[at] = scores[at - 1];
            at--;
        }
        order[at] = coding;
        scores[at] = score;
    }

    /**
     * Returns how many codings are accepted of those that are offered.
     *
     * @return 0 if the client wants none of them, nor the file as it is: {@code 406}
     */
    public int count() {
        return count;
    }

    /**
     * Returns a coding that is accepted: the first that there is a file for is the answer.
     *
     * @param index from 0
     * @return the coding
     */
    public ContentCoding get(int index) {
        return order[index];
    }
}
