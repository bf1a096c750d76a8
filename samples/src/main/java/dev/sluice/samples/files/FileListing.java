// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import dev.sluice.aio.DirectoryEntry;
import dev.sluice.aio.DirectoryPage;
import dev.sluice.aio.FileStatus;
import dev.sluice.aio.RootDirectory;
import dev.sluice.events.Event;
import dev.sluice.samples.http.Exchange;
import dev.sluice.samples.http.ResponseFields;
import dev.sluice.samples.http.wire.ResponseHeader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers one request with the list of a directory: reads its names page by page, and asks for the status of some at a time. A very large directory
 * is listed in part.
 */
final class FileListing implements ResponseFields {
    private static final Logger LOG = LoggerFactory.getLogger(FileListing.class);

    /** More names than that are left out. */
    static final int MOST_NAMES = 10_000;

    private static final int MOST_ASKED = 16;

    private final ServedFiles files;
    private final Exchange exchange;
    private final RootDirectory root;
    private final IntConsumer refused;

    /** Below the root, with a slash at its end; empty for the root. */
    private final String path;

    private final boolean json;
    private final ArrayDeque<String> names = new ArrayDeque<>();
    private final List<ListedName> listed = new ArrayList<>();
    private int asked;
    private boolean complete;
    private byte[] content;

    private FileListing(ServedFiles files, Exchange exchange, String path, boolean json, IntConsumer refused) {
        this.files = files;
        this.exchange = exchange;
        root = files.root;
        this.path = path;
        this.json = json;
        this.refused = refused;
    }

    /** Tells whether a client names JSON, and not HTML before it. */
    static boolean prefersJson(HttpFields fields) {
        final List<String> accepted = accepted(fields);
        final int asJson = accepted.indexOf("application/json");
        final int asHtml = accepted.indexOf("text/html");
        return asJson >= 0 && (asHtml < 0 || asJson < asHtml);
    }

    /** What is no list names nothing: the server chooses. */
    private static List<String> accepted(HttpFields fields) {
        try {
            return fields.getQualityCSV(HttpHeader.ACCEPT);
        } catch (IllegalArgumentException e) {
            LOG.debug("an Accept is no list of media types: {}", e.getMessage());
            return List.of();
        }
    }

    /** Answers; {@code refused} is told the error if the directory cannot be read. */
    static void answer(ServedFiles files, Exchange exchange, String path, boolean json, IntConsumer refused) {
        new FileListing(files, exchange, path, json, refused).read(DirectoryPage.BEGIN);
    }

    private String directory() {
        return path.isEmpty() ? "." : path.substring(0, path.length() - 1);
    }

    private void read(long from) {
        exchange.operations()
                .start(
                        a -> exchange.io().blockingWork().list(root, directory(), from, exchange.container(), a),
                        this::pageCame);
    }

    private void pageCame(Event event) {
        if (exchange.isOver()) {
            return;
        }
        if (event.failed()) {
            refused.accept(event.errno());
            return;
        }
        final DirectoryPage page = (DirectoryPage) event.message();
        for (final DirectoryEntry entry : page.entries()) {
            if (!files.options.dotFiles().hide(path + entry.name())) {
                names.add(entry.name());
            }
        }
        complete = page.next() == DirectoryPage.END || names.size() + listed.size() >= MOST_NAMES;
        if (complete) {
            ask();
        } else {
            read(page.next());
        }
    }

    /** Asks for the status of the next names, and has the page made when there are no more. */
    private void ask() {
        while (asked < MOST_ASKED && !names.isEmpty() && listed.size() + asked < MOST_NAMES) {
            asked++;
            final String name = names.poll();
            final FileStatus status = new FileStatus();
            exchange.operations()
                    .start(
                            a -> exchange.io().paths().statx(root, path + name, true, status, exchange.container(), a),
                            event -> statusCame(event, name, status));
        }
        if (asked == 0) {
            render();
        }
    }

    /** What has gone meanwhile, leads nowhere, or is no file, is not listed. */
    private void statusCame(Event event, String name, FileStatus status) {
        asked--;
        if (exchange.isOver()) {
            return;
        }
        if (!event.failed() && (status.isRegularFile() || status.isDirectory())) {
            listed.add(new ListedName(name, status.isDirectory(), status.sizeBytes(), status.modifiedSeconds()));
        }
        ask();
    }

    /** On a worker's thread: thousands of names are no work for the loop's. */
    private void render() {
        final Callable<byte[]> page = () ->
                json ? DirectoryIndex.json(listed) : DirectoryIndex.html(path.isEmpty() ? "" : directory(), listed);
        exchange.operations()
                .start(a -> exchange.io().blockingWork().call(page, exchange.container(), a), this::rendered);
    }

    private void rendered(Event event) {
        if (exchange.isOver()) {
            return;
        }
        if (event.failed()) {
            refused.accept(event.errno());
            return;
        }
        content = (byte[]) event.message();
        exchange.head(HttpStatus.OK_200, this);
        exchange.body(content);
        exchange.done();
    }

    @Override
    public int maxBytes() {
        return ResponseHeader.MAX_BYTES;
    }

    @Override
    public void write(ResponseHeader header, ByteBuffer out) {
        header.field(out, json ? DirectoryIndex.JSON : DirectoryIndex.HTML);
        header.field(out, new HttpField(HttpHeader.VARY, HttpHeader.ACCEPT.asString()));
        header.contentLength(out, content.length);
    }
}
