// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

/**
 * A pattern of paths below the root. One without a slash is that of names, in whatever directory they are.
 *
 * <pre>
 *   *.css          every file of that extension
 *   assets/**      whatever is in assets, and below
 *   a/*&#47;b.txt      b.txt in each directory in a
 *   **&#47;tmp/*       what is in a directory tmp, wherever that is
 *   ?              one character, but no slash; a star any number of them
 * </pre>
 */
final class Glob {
    private static final int NONE = -1;
    private static final String ANY_DIRECTORIES = "**/";

    private final String pattern;
    private final boolean ofNames;

    Glob(String pattern) {
        if (pattern.isEmpty() || pattern.startsWith("/")) {
            throw new IllegalArgumentException(
                    "pattern must be one of paths below the root, without a slash in front: pattern=" + pattern);
        }
        for (final String segment : pattern.split("/", -1)) {
            if (segment.contains("**") && !segment.equals("**")) {
                throw new IllegalArgumentException(
                        "pattern must have two stars only alone between slashes: pattern=" + pattern);
            }
        }
        this.pattern = pattern;
        ofNames = pattern.indexOf('/') < 0;
    }

    /** Tells whether a path is meant. Allocates nothing. */
    boolean matches(String path) {
        return matches(path, ofNames ? path.lastIndexOf('/') + 1 : 0);
    }

    /** Goes back, when a star has taken too little, to the last one; and when that may take no more, to the last double one. */
    private boolean matches(String path, int from) {
        int at = from;
        int next = 0;
        int star = NONE;
        int starAt = NONE;
        int doubleStar = NONE;
        int doubleStarAt = NONE;
        while (at < path.length() || next < pattern.length()) {
            if (pattern.startsWith(ANY_DIRECTORIES, next)) {
                next += ANY_DIRECTORIES.length();
                doubleStar = next;
                doubleStarAt = at;
                star = NONE;
            } else if (pattern.startsWith("**", next)) {
                return true;
            } else if (next < pattern.length() && pattern.charAt(next) == '*') {
                next++;
                star = next;
                starAt = at;
            } else if (isOne(next, path, at)) {
                next++;
                at++;
            } else if (star != NONE && starAt < path.length() && path.charAt(starAt) != '/') {
                starAt++;
                at = starAt;
                next = star;
            } else {
                final int slash = doubleStar == NONE ? NONE : path.indexOf('/', doubleStarAt);
                if (slash == NONE) {
                    return false;
                }
                doubleStarAt = slash + 1;
                at = doubleStarAt;
                next = doubleStar;
                star = NONE;
            }
        }
        return true;
    }

    private boolean isOne(int next, String path, int at) {
        if (next == pattern.length() || at == path.length()) {
            return false;
        }
        final char wanted = pattern.charAt(next);
        return wanted == '?' ? path.charAt(at) != '/' : wanted == path.charAt(at);
    }

    @Override
    public String toString() {
        return pattern;
    }
}
