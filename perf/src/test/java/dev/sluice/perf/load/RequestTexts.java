// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What a source asks for, to be read. */
public final class RequestTexts {
    private RequestTexts() {}

    /** The next so many. */
    public static List<String> take(RequestSource source, int count) {
        final ByteBuffer memory = ByteBuffer.allocate(Request.MAX_BYTES);
        final Request request = new Request(memory);
        final List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            request.begin();
            source.next(request);
            texts.add(new String(memory.array(), 0, request.lengthBytes(), US_ASCII));
        }
        return texts;
    }
}
