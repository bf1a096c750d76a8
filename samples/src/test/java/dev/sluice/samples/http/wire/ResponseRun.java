// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads the responses to requests that all have one method, interim ones too, and tells what came out. */
final class ResponseRun {
    private final ResponseReader reader = new ResponseReader(RequestLimits.USUAL);
    private final String method;
    private final TestSink sink;
    private final List<String> told = new ArrayList<>();
    private boolean headComplete;
    private boolean goesOn = true;

    private ResponseRun(String method, TestSink sink) {
        this.method = method;
        this.sink = sink;
        reader.awaitResponseTo(method);
    }

    static List<String> of(String method, List<ByteBuffer> pieces) {
        return of(method, pieces, new TestSink());
    }

    /** The connection ends behind the last piece. */
    static List<String> of(String method, List<ByteBuffer> pieces, TestSink sink) {
        final ResponseRun run = new ResponseRun(method, sink);
        for (final ByteBuffer piece : pieces) {
            while (run.goesOn && piece.hasRemaining()) {
                run.step(piece);
            }
        }
        if (run.goesOn && run.reader.hasBegun()) {
            run.reader.endOfInput();
            run.tell();
        }
        return run.told;
    }

    private void step(ByteBuffer piece) {
        headComplete = headComplete || reader.parseHead(piece);
        if (!headComplete) {
            return;
        }
        if (reader.fault() != null || reader.bodyComplete() || reader.readBody(piece, sink)) {
            tell();
        }
    }

    private void tell() {
        if (reader.fault() != null) {
            told.add(reader.fault());
            goesOn = false;
            return;
        }
        final boolean interim = reader.isInterim();
        goesOn = interim || reader.keepAlive();
        told.add(RequestRun.told(
                reader.status() + (reader.isHttp11() ? " 1.1 " : " 1.0 ") + reader.reasonPhrase(),
                reader.fields(),
                sink.text(),
                reader.trailers(),
                goesOn));
        if (interim) {
            reader.awaitFinal();
        } else if (goesOn) {
            reader.awaitResponseTo(method);
        }
        headComplete = false;
        sink.forget();
    }
}
