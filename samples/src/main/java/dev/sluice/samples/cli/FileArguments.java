// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import dev.sluice.samples.files.CacheControl;
import dev.sluice.samples.files.ContentCoding;
import dev.sluice.samples.files.DotFiles;
import dev.sluice.samples.files.ErrorPages;
import dev.sluice.samples.files.FileOptions;
import dev.sluice.samples.files.Identity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How files are served: a part of the options of {@code serve}. */
final class FileArguments {
    @Option(
            names = "--identity",
            paramLabel = "HOW",
            defaultValue = "change-time",
            converter = IdentityConverter.class,
            description =
                    "By what a file is the one that a client has: change-time, or size-and-modification for servers that have the"
                            + " same tree, copied with its times, and are to say the same.")
    private Identity identity;

    @Option(
            names = "--dot-files",
            description = "Serve names that begin with a dot too; of these, .well-known always is.")
    private boolean dotFiles;

    @Option(names = "--listings", description = "List directories without an index, in HTML or, if asked, in JSON.")
    private boolean listings;

    @Option(
            names = "--siblings",
            paramLabel = "CODING[,CODING...]",
            split = ",",
            converter = CodingConverter.class,
            showDefaultValue = Visibility.NEVER,
            description = "Codings in which files lie ready beside themselves: zstd (.zst), br (.br), gzip (.gz).")
    private List<ContentCoding> siblings = new ArrayList<>();

    @Option(
            names = "--cache-control",
            paramLabel = "PATTERN=VALUE",
            converter = CacheRuleConverter.class,
            showDefaultValue = Visibility.NEVER,
            description =
                    "What caches are told of files with such a path, as '*.css=max-age=3600'; a pattern with a slash is one of whole"
                            + " paths. The first that matches counts.")
    private List<CacheRule> cacheControl = new ArrayList<>();

    @Option(
            names = "--error-page",
            paramLabel = "STATUS=PATH",
            converter = ErrorPageConverter.class,
            showDefaultValue = Visibility.NEVER,
            description =
                    "A file below DIR that is sent with such a status: 404, or 4xx for those without one of their own.")
    private List<ErrorPage> errorPages = new ArrayList<>();

    FileOptions options() {
        CacheControl rules = CacheControl.NONE;
        for (final CacheRule rule : cacheControl) {
            rules = rules.withRule(rule.pattern, rule.value);
        }
        ErrorPages pages = ErrorPages.NONE;
        for (final ErrorPage page : errorPages) {
            pages = pages.withPage(page.statuses, page.path);
        }
        return FileOptions.defaults()
                .withIdentity(identity)
                .withDotFiles(dotFiles ? DotFiles.SERVED : DotFiles.HIDDEN)
                .withListings(listings)
                .withSiblings(new HashSet<>(siblings))
                .withCacheControl(rules)
                .withErrorPages(pages);
    }

    private record CacheRule(String pattern, String value) {}

    private record ErrorPage(String statuses, String path) {}

    /** Splits at the first equals sign, and tries what comes of it. */
    private static String[] split(String text, String form) {
        final int equals = text.indexOf('=');
        if (equals < 0) {
            throw new TypeConversionException(form + ", not \"" + text + "\"");
        }
        return new String[] {text.substring(0, equals), text.substring(equals + 1)};
    }

    /** Reads {@code PATTERN=VALUE}. */
    static final class CacheRuleConverter implements ITypeConverter<CacheRule> {
        @Override
        public CacheRule convert(String text) {
            final String[] parts = split(text, "a pattern and what is said, such as *.css=max-age=3600");
            try {
                CacheControl.NONE.withRule(parts[0], parts[1]);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
            return new CacheRule(parts[0], parts[1]);
        }
    }

    /** Reads {@code STATUS=PATH}. */
    static final class ErrorPageConverter implements ITypeConverter<ErrorPage> {
        @Override
        public ErrorPage convert(String text) {
            final String[] parts = split(text, "a status and a path, such as 404=errors/404.html");
            try {
                ErrorPages.NONE.withPage(parts[0], parts[1]);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
            return new ErrorPage(parts[0], parts[1]);
        }
    }

    /** Reads the name of a coding. */
    static final class CodingConverter implements ITypeConverter<ContentCoding> {
        @Override
        public ContentCoding convert(String text) {
            for (final ContentCoding coding : ContentCoding.values()) {
                if (coding != ContentCoding.IDENTITY && coding.token().equals(text)) {
                    return coding;
                }
            }
            throw new TypeConversionException("zstd, br or gzip, not \"" + text + "\"");
        }
    }

    /** Reads {@code change-time} or {@code size-and-modification}. */
    static final class IdentityConverter implements ITypeConverter<Identity> {
        @Override
        public Identity convert(String text) {
            for (final Identity identity : Identity.values()) {
                if (identity.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
                    return identity;
                }
            }
            throw new TypeConversionException("change-time or size-and-modification, not \"" + text + "\"");
        }
    }
}
