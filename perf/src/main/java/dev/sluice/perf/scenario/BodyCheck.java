// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URL;
import java.util.Arrays;

/** A fast wrong answer is worth nothing: the bytes are compared once before the load, which only counts them. */
final class BodyCheck {
    private BodyCheck() {}

    /** Returns the entity tag that came with them; null if none did. */
    static String expect(InetSocketAddress server, String path, byte[] expected) throws IOException {
        final URL url = new URL("http", server.getAddress().getHostAddress(), server.getPort(), path);
        final HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        try (InputStream body = connection.getInputStream()) {
            final byte[] received = body.readAllBytes();
            if (!Arrays.equals(received, expected)) {
                throw new IOException(url + " gave " + received.length + " bytes that differ from the file's "
                        + expected.length + ", first at " + Arrays.mismatch(received, expected));
            }
            return connection.getHeaderField("ETag");
        }
    }
}
