// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import org.eclipse.jetty.http.HttpFields;

/** Under which names the answer to one request is looked for: coded siblings that the client accepts, and the file itself. */
final class Candidates {
    private final ServedFiles files;
    private final ContentCoding[] codings = new ContentCoding[ContentCoding.values().length];
    private String path = "";
    private int count;
    private int at;

    Candidates(ServedFiles files) {
        this.files = files;
    }

    /** Begins at the first for this request; false if the client accepts none. */
    boolean begin(String newPath, HttpFields fields) {
        path = newPath;
        at = 0;
        if (!files.offersCodings) {
            codings[0] = ContentCoding.IDENTITY;
            count = 1;
        } else {
            files.accepted.set(fields);
            count = files.accepted.count();
            for (int i = 0; i < count; i++) {
                codings[i] = files.accepted.get(i);
            }
        }
        return count > 0;
    }

    /** Goes on to the next; false if there is none. */
    boolean next() {
        at++;
        return at < count;
    }

    ContentCoding coding() {
        return codings[at];
    }

    /** Where to look. */
    String name() {
        return codings[at] == ContentCoding.IDENTITY ? path : path + codings[at].extension();
    }
}
