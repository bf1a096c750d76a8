// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.clients;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The head of a request as it came, and the status of the answer. */
record Exchange(String head, int status) {
    String method() {
        return head.substring(0, head.indexOf(' '));
    }

    String target() {
        return head.split(" ", 3)[1];
    }

    /** Null if there is none. */
    String field(String name) {
        final Matcher field = Pattern.compile(
                        "^" + name + ":[ \t]*(.*?)[ \t]*$", Pattern.MULTILINE | Pattern.CASE_INSENSITIVE)
                .matcher(head);
        return field.find() ? field.group(1) : null;
    }
}
