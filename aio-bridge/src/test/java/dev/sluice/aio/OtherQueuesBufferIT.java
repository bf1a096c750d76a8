// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.uring.call.Descriptors;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A buffer, or a file, of another queue is refused before anything is started: its memory may be registered with another ring. */
class OtherQueuesBufferIT extends FileTests {
    @Test
    void shouldRefuseABufferOfAnotherQueueForEachTransfer() throws Exception {
        AioFixture.writeFile(directory.resolve("file"), 10_000);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ_WRITE_CREATE);
        final int[] pair = Descriptors.socketPair();
        final AsyncSocket socket = aio.adopt(pair[0], "socket");
        try (AioFixture other = new AioFixture()) {
            final AsyncFile foreignFile = other.open(root, "file", OpenOptions.READ);
            final IoBuffer foreign = other.io.arena().tryLease(4_096);
            final IoBuffer own = aio.io.arena().tryLease(4_096);
            final IoBuffer[] mixed = {own, foreign};
            final Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
            calls.put("read", () -> file.read(foreign, 0L));
            calls.put("readFully", () -> file.readFully(foreign, 0L));
            calls.put("write", () -> file.write(foreign, 0L));
            calls.put("writeFully", () -> file.writeFully(foreign, 0L));
            calls.put("readv", () -> file.read(mixed, 0L));
            calls.put("writev", () -> file.writeFully(mixed, 0L));
            calls.put("receive", () -> socket.receive(foreign));
            calls.put("send", () -> socket.send(foreign));
            calls.put("sendSome", () -> socket.sendSome(foreign));
            calls.put("sendMessage", () -> socket.sendMessage(mixed, 2));
            calls.put("receiveMessage", () -> socket.receiveMessage(mixed, 2, 0));
            calls.put("sendFile with its buffer", () -> socket.sendFile(file, 0L, foreign));
            calls.put("sendFile of its file", () -> socket.sendFile(foreignFile, 0L, own));

            calls.forEach((name, call) -> assertThatIllegalArgumentException()
                    .as(name)
                    .isThrownBy(call)
                    .withMessageContaining("another queue's"));

            foreign.release(); // nothing has it
            own.release();
            foreignFile.discard();
            other.runUntil(other::isIdle);
            other.assertNothingLeft();
        }
        file.close();
        socket.close();
        aio.runUntil(aio::isIdle);
        Descriptors.close(pair[1]);
        aio.assertNothingLeft();
    }
}
