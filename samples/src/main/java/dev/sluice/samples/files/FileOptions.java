// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * How files are served.
 *
 * @param identity by what a file is known: what entity tags are made of
 * @param dotFiles whether names that begin with a dot are served
 * @param siblings in which codings files may lie ready beside themselves, such as {@code page.html.br}: who accepts one gets it
 * @param cacheControl what caches are told, by patterns of paths
 * @param errorPages which files are the content of errors
 * @param listings whether a directory without an index is listed: for people, and for programs that prefer JSON
 */
public record FileOptions(
        Identity identity,
        DotFiles dotFiles,
        Set<ContentCoding> siblings,
        CacheControl cacheControl,
        ErrorPages errorPages,
        boolean listings) {
    /**
     * Checks that nothing is missing.
     *
     * @param identity see {@link #identity()}
     * @param dotFiles see {@link #dotFiles()}
     * @param siblings see {@link #siblings()}
     * @param cacheControl see {@link #cacheControl()}
     * @param errorPages see {@link #errorPages()}
     * @param listings see {@link #listings()}
     */
    public FileOptions {
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(dotFiles, "dotFiles");
        siblings = Set.copyOf(siblings);
        Objects.requireNonNull(cacheControl, "cacheControl");
        Objects.requireNonNull(errorPages, "errorPages");
    }

    /**
     * By time of change; no dot files, no siblings, nothing told to caches, no pages for errors, no listings.
     *
     * @return the defaults
     */
    public static FileOptions defaults() {
        return new FileOptions(
                Identity.CHANGE_TIME,
                DotFiles.HIDDEN,
                EnumSet.noneOf(ContentCoding.class),
                CacheControl.NONE,
                ErrorPages.NONE,
                false);
    }

    /**
     * Changes by what a file is known.
     *
     * @param how see {@link #identity()}
     * @return changed options
     */
    public FileOptions withIdentity(Identity how) {
        return new FileOptions(how, dotFiles, siblings, cacheControl, errorPages, listings);
    }

    /**
     * Changes whether names that begin with a dot are served.
     *
     * @param whether see {@link #dotFiles()}
     * @return changed options
     */
    public FileOptions withDotFiles(DotFiles whether) {
        return new FileOptions(identity, whether, siblings, cacheControl, errorPages, listings);
    }

    /**
     * Changes which coded siblings are looked for.
     *
     * @param codings see {@link #siblings()}
     * @return changed options
     */
    public FileOptions withSiblings(Set<ContentCoding> codings) {
        return new FileOptions(identity, dotFiles, codings, cacheControl, errorPages, listings);
    }

    /**
     * Changes what caches are told.
     *
     * @param rules see {@link #cacheControl()}
     * @return changed options
     */
    public FileOptions withCacheControl(CacheControl rules) {
        return new FileOptions(identity, dotFiles, siblings, rules, errorPages, listings);
    }

    /**
     * Changes the content of errors.
     *
     * @param pages see {@link #errorPages()}
     * @return changed options
     */
    public FileOptions withErrorPages(ErrorPages pages) {
        return new FileOptions(identity, dotFiles, siblings, cacheControl, pages, listings);
    }

    /**
     * Changes whether directories are listed.
     *
     * @param whether see {@link #listings()}
     * @return changed options
     */
    public FileOptions withListings(boolean whether) {
        return new FileOptions(identity, dotFiles, siblings, cacheControl, errorPages, whether);
    }
}
