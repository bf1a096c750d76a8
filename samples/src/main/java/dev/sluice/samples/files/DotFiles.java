// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

/**
 * Which paths are answered as if there were nothing: those with a name that begins with a dot, as {@code .git/config} or {@code
 * a/.htpasswd}.
 */
public enum DotFiles {
    /** Only {@code .well-known} directly below the root is served, and what is in it, but for dot names there: RFC 8615. */
    HIDDEN,

    /** They are served like all others. */
    SERVED;

    private static final String WELL_KNOWN = ".well-known";

    /**
     * Tells whether a path is answered {@code 404} without a look at the disk.
     *
     * @param path below the root, decoded, without dot segments and without a slash in front
     * @return true if so
     */
    public boolean hide(String path) {
        if (this == SERVED) {
            return false;
        }
        final int from = isWellKnown(path) ? WELL_KNOWN.length() : 0;
        return path.startsWith(".", from) || path.indexOf("/.", from) >= 0;
    }

    private static boolean isWellKnown(String path) {
        return path.startsWith(WELL_KNOWN)
                && (path.length() == WELL_KNOWN.length() || path.charAt(WELL_KNOWN.length()) == '/');
    }
}
