// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.clients;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.samples.files.TestFiles;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page with a style, an image, a script and a sound, as a browser shows it: the picture of it is {@code target/browser.png} then. */
class BrowserIT {
    private static final int SAMPLES_PER_SECOND = 8000;
    private static final int SECONDS = 1000;
    private static final int SOUGHT_SECOND = 500;

    /** The page is complete once the frame is, and that is when the sound has been sought. */
    private static final String PAGE = """
            <!DOCTYPE html>
            <title>Page</title>
            <link rel="stylesheet" href="style.css">
            <img src="image.svg" width="100" height="100">
            <div></div>
            <audio preload="metadata"></audio>
            <iframe></iframe>
            <script src="script.js"></script>
            """;

    private static final String STYLE = """
            body { margin: 0; background: green }
            img, div { position: absolute; width: 100px; height: 100px; top: 0 }
            div { left: 100px }
            iframe { display: none }
            """;

    private static final String IMAGE = """
            <svg xmlns="http://www.w3.org/2000/svg"><rect width="100" height="100" fill="red"/></svg>
            """;

    private static final String SCRIPT = """
            const frame = document.querySelector('iframe').contentDocument;
            frame.open();
            const sound = document.querySelector('audio');
            sound.onloadedmetadata = () => { sound.currentTime = %d; };
            sound.onseeked = () => { document.querySelector('div').style.background = 'blue'; frame.close(); };
            sound.src = 'sound.wav';
            """.formatted(SOUGHT_SECOND);

    @TempDir
    Path folder;

    private void makePage(Path www) throws IOException {
        TestFiles.write(www, "index.html", PAGE);
        TestFiles.write(www, "style.css", STYLE);
        TestFiles.write(www, "image.svg", IMAGE);
        TestFiles.write(www, "script.js", SCRIPT);
        Files.write(www.resolve("sound.wav"), silence());
    }

    /** A RIFF file: one channel of 8 bits for a sample. */
    private static byte[] silence() {
        final int headerBytes = 44;
        final byte[] file = new byte[headerBytes + SECONDS * SAMPLES_PER_SECOND];
        Arrays.fill(file, (byte) 0x80);
        ByteBuffer.wrap(file)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("RIFF".getBytes(US_ASCII))
                .putInt(file.length - 8)
                .put("WAVEfmt ".getBytes(US_ASCII))
                .putInt(16)
                .putShort((short) 1)
                .putShort((short) 1)
                .putInt(SAMPLES_PER_SECOND)
                .putInt(SAMPLES_PER_SECOND)
                .putShort((short) 1)
                .putShort((short) 8)
                .put("data".getBytes(US_ASCII))
                .putInt(file.length - headerBytes);
        return file;
    }

    @Test
    void shouldShowAPageAndSeekInASound() throws Exception {
        final Tool chromium = Tool.needed("chromium", folder.resolve("work"));
        final Path www = folder.resolve("www");
        makePage(www);
        final Path picture = Path.of("target", "browser.png").toAbsolutePath();
        try (TappedServer server = TappedServer.of(www)) {
            chromium.run(
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--no-first-run",
                    "--user-data-dir=" + folder.resolve("profile"),
                    "--hide-scrollbars",
                    "--window-size=400,300",
                    "--screenshot=" + picture,
                    server.url("/"));

            final List<Exchange> parts = server.exchanges("/sound.wav");
            assertThat(parts)
                    .as("%s", parts)
                    .allSatisfy(exchange -> assertThat(exchange.status()).isEqualTo(206))
                    .anySatisfy(exchange -> assertThat(firstByte(exchange)).isGreaterThan(SAMPLES_PER_SECOND));
        }
        final BufferedImage image = ImageIO.read(picture.toFile());
        assertThat(new Color(image.getRGB(50, 50))).as("the image").isEqualTo(Color.RED);
        assertThat(new Color(image.getRGB(150, 50))).as("what the script does").isEqualTo(Color.BLUE);
        assertThat(new Color(image.getRGB(350, 50))).as("the style").isEqualTo(new Color(0, 128, 0));
    }

    /** Of a range that has no end, as players ask. */
    private static long firstByte(Exchange exchange) {
        final String range = exchange.field("Range");
        return Long.parseLong(range.substring("bytes=".length(), range.indexOf('-')));
    }
}
