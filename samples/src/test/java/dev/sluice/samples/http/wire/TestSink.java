// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;

/** Keeps what it takes: everything at once, or with a random source as little as it likes. */
final class TestSink implements BodySink {
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private final Random random;

    TestSink() {
        this(null);
    }

    TestSink(Random random) {
        this.random = random;
    }

    @Override
    public boolean take(ByteBuffer offered) {
        int count = offered.remaining();
        boolean more = true;
        if (random != null && random.nextBoolean()) {
            count = random.nextInt(count + 1);
            more = random.nextBoolean();
        }
        for (int i = 0; i < count; i++) {
            content.write(offered.get());
        }
        return more;
    }

    String text() {
        return content.toString(ISO_8859_1);
    }

    void forget() {
        content.reset();
    }
}
