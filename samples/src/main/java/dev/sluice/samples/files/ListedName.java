// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import java.util.Comparator;

/**
 * What a directory has.
 *
 * @param name in it, as {@link dev.sluice.uring.linux.FileNames} reads it
 * @param directory whether it is one
 * @param sizeBytes of a file
 * @param modifiedSeconds since 1970
 */
public record ListedName(String name, boolean directory, long sizeBytes, long modifiedSeconds) {
    /** Directories first, each kind by its names. */
    static final Comparator<ListedName> ORDER =
            Comparator.comparing((ListedName listed) -> !listed.directory).thenComparing(ListedName::name);

    /** Where it is, from the page of the directory: whatever its bytes. */
    String link() {
        return PercentEncoding.ofName(name) + (directory ? "/" : "");
    }
}
