// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.IoBuffer;
import dev.sluice.containers.Resource;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A connection that turns out not to be idle goes on, though its receive was asked to end. */
class CloseIfIdleIT {
    private final ProtocolFixture fixture = new ProtocolFixture();
    private final CompletableFuture<String> other = new CompletableFuture<>();
    private InFlight wire;
    private Transport.Listener listener;
    private int receives;

    /** Its receive waits for memory; something else that is under way cannot be stopped. */
    private Object called(String method, Object[] arguments) {
        switch (method) {
            case "open" -> {
                wire = (InFlight) arguments[0];
                listener = (Transport.Listener) arguments[1];
            }
            case "receive" -> {
                receives++;
                wire.start(
                        a -> fixture.aio.io.arena().lease(4096, fixture.aio.normal, a),
                        event -> listener.receiveEnded(event.result()));
            }
            case "close", "reset" ->
                fixture.aio
                        .events
                        .newTimer(fixture.aio.normal, wire.around(event -> listener.closed()))
                        .start(0L);
            default -> {}
        }
        return method.equals("ackedBytes") ? (Object) 0L : method.equals("unackedBytes") ? (Object) 0 : null;
    }

    @Test
    void shouldReceiveOnWhatWasAskedToEndInVain() {
        fixture.aio.normal.setLimit(Resource.BUFFER_BYTES, 4096L);
        final IoBuffer taken = fixture.aio.io.arena().tryLease(4096, fixture.aio.normal);
        final Transport transport = (Transport) Proxy.newProxyInstance(
                Transport.class.getClassLoader(),
                new Class<?>[] {Transport.class},
                (proxy, method, arguments) -> called(method.getName(), arguments));
        final TestConnection connection = new TestConnection(fixture.link(transport), (c, line) -> {}).begin();
        final CompletableFuture<Void> runs = new CompletableFuture<>();
        wire.start(
                a -> fixture.aio
                        .io
                        .blockingWork()
                        .call(
                                () -> {
                                    runs.complete(null);
                                    return other.get();
                                },
                                fixture.aio.urgent,
                                a),
                event -> {});
        runs.join();

        assertThat(connection.closeIfIdleNow()).isFalse();
        fixture.runUntil(() -> receives == 2);

        assertThat(connection.log).isEmpty();
        assertThat(connection.isClosing()).isFalse();
        other.complete("");
        connection.abort();
        fixture.runUntil(connection::hasEnded);
        taken.release();
        fixture.assertNothingLeft();
        fixture.close();
    }
}
