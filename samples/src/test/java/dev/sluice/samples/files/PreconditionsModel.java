// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import java.util.List;

/** The steps of RFC 9110, 13.2.2, one by one, over lists and numbers. */
final class PreconditionsModel {
    /** Stands for whatever there is, alone in its list. */
    static final Tag ANY = new Tag("*", false);

    private PreconditionsModel() {}

    /** A tag as a client has it. */
    record Tag(String opaque, boolean weak) {
        String text() {
            return (weak ? "W/" : "") + opaque;
        }
    }

    /** A request under conditions: null is what it has not; the list of any is that of one tag, {@link #ANY}. */
    record Request(
            List<Tag> ifMatch, Long ifUnmodifiedSince, List<Tag> ifNoneMatch, Long ifModifiedSince, Object ifRange) {}

    /** Steps 1 to 5 in the words of the RFC; {@code 206} is that the range applies. */
    static int answer(Request request, Validators file) {
        if (request.ifMatch != null) { // 1
            if (!request.ifMatch.contains(ANY)
                    && request.ifMatch.stream()
                            .noneMatch(tag -> !tag.weak
                                    && !file.tag().isWeak()
                                    && tag.opaque.equals(file.tag().opaque()))) {
                return 412;
            }
        } else if (request.ifUnmodifiedSince != null) { // 2
            if (file.modifiedSeconds() > request.ifUnmodifiedSince) {
                return 412;
            }
        }
        if (request.ifNoneMatch != null) { // 3; a weak tag stands for no content
            final boolean matches = request.ifNoneMatch.contains(ANY)
                    || request.ifNoneMatch.stream()
                            .anyMatch(tag -> !file.tag().isWeak()
                                    && tag.opaque.equals(file.tag().opaque()));
            if (matches) {
                return 304;
            }
        } else if (request.ifModifiedSince != null) { // 4; what is another date is modified, whether before or after
            if (file.believesDate() && request.ifModifiedSince == file.modifiedSeconds()) {
                return 304;
            }
        }
        if (request.ifRange instanceof Tag tag) { // 5
            return !tag.weak
                            && !file.tag().isWeak()
                            && tag.opaque.equals(file.tag().opaque())
                    ? 206
                    : 200;
        }
        if (request.ifRange instanceof Long date) {
            return file.believesDate() && date == file.modifiedSeconds() ? 206 : 200;
        }
        return 206;
    }
}
