// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import java.util.Map;
import java.util.TreeMap;

/**
 * Which file is the content of an answer that is an error, by its status: {@code 404} has its own, or shares that of {@code 4xx}. Immutable.
 * The status stays what it is; a page that is not there itself, or cannot be read, is no reason for another one.
 */
public final class ErrorPages {
    /** There are none. */
    public static final ErrorPages NONE = new ErrorPages(Map.of());

    private static final int FIRST = 400;
    private static final int LAST = 599;
    private static final int OF_CLASS = 100;

    /** Also by the first digit, of a class. */
    private final Map<Integer, String> pages;

    private ErrorPages(Map<Integer, String> pages) {
        this.pages = pages;
    }

    /**
     * Adds a page, or replaces it.
     *
     * @param statuses {@code 404}, or {@code 4xx} for those that have no page of their own
     * @param path below the root, without a slash in front
     * @return these pages and that one
     * @throws IllegalArgumentException if that is no error, or the path is empty or begins with a slash
     */
    public ErrorPages withPage(String statuses, String path) {
        if (path.isEmpty() || path.startsWith("/")) {
            throw new IllegalArgumentException("path must be below the root, without a slash in front: path=" + path);
        }
        final Map<Integer, String> more = new TreeMap<>(pages);
        more.put(key(statuses), path);
        return new ErrorPages(Map.copyOf(more));
    }

    private static int key(String statuses) {
        if (statuses.matches("[45]xx")) {
            return statuses.charAt(0) - '0';
        }
        if (statuses.matches("[45][0-9][0-9]")) {
            return Integer.parseInt(statuses);
        }
        throw new IllegalArgumentException(
                "statuses must be from " + FIRST + " to " + LAST + ", or 4xx or 5xx: statuses=" + statuses);
    }

    /**
     * Returns the page of a status.
     *
     * @param status of the answer
     * @return a path below the root, or null if there is none
     */
    public String of(int status) {
        final String own = pages.get(status);
        return own != null ? own : pages.get(status / OF_CLASS);
    }

    /** Returns the pages by their statuses; 4 is that of 4xx. */
    @Override
    public String toString() {
        return new TreeMap<>(pages).toString();
    }
}
