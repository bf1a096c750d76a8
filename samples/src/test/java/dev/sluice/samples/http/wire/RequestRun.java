// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads one request after another, up to one that is refused or after which the connection ends, and tells what came out. */
final class RequestRun {
    private final RequestReader reader = new RequestReader(RequestLimits.USUAL);
    private final TestSink sink;
    private final List<String> told = new ArrayList<>();
    private boolean headComplete;
    private boolean goesOn = true;

    private RequestRun(TestSink sink) {
        this.sink = sink;
    }

    static List<String> of(List<ByteBuffer> pieces) {
        return of(pieces, new TestSink());
    }

    static List<String> of(List<ByteBuffer> pieces, TestSink sink) {
        final RequestRun run = new RequestRun(sink);
        for (final ByteBuffer piece : pieces) {
            while (run.goesOn && piece.hasRemaining()) {
                run.step(piece);
            }
        }
        if (run.goesOn && run.reader.hasBegun()) {
            run.told.add("incomplete");
        }
        return run.told;
    }

    private void step(ByteBuffer piece) {
        headComplete = headComplete || reader.parseHead(piece);
        if (!headComplete) {
            return;
        }
        if (reader.badStatus() != 0 || reader.bodyComplete() || reader.readBody(piece, sink)) {
            tell();
        }
    }

    private void tell() {
        if (reader.badStatus() != 0) {
            told.add(Integer.toString(reader.badStatus()));
        } else {
            told.add(told(
                    reader.method() + " " + reader.target() + (reader.isHttp11() ? " 1.1" : " 1.0"),
                    reader.fields(),
                    sink.text(),
                    reader.trailers(),
                    reader.keepAlive()));
        }
        goesOn = reader.badStatus() == 0 && reader.keepAlive();
        if (goesOn) {
            reader.reset();
        }
        headComplete = false;
        sink.forget();
    }

    /** Says it as the naive reader does. */
    static String told(String line, Iterable<?> fields, String content, Iterable<?> trailers, boolean keepAlive) {
        final StringBuilder text = new StringBuilder(line).append('\n');
        fields.forEach(field -> text.append(told(field)).append('\n'));
        text.append('[').append(content).append("]\n");
        trailers.forEach(field -> text.append(told(field)).append('\n'));
        return text.append(keepAlive ? "kept" : "closed").toString();
    }

    /** The names of well-known fields come as they are known, however they were written. */
    private static String told(Object field) {
        final String text = field.toString();
        final int colon = text.indexOf(':');
        return text.substring(0, colon).toLowerCase(Locale.ROOT) + text.substring(colon);
    }
}
