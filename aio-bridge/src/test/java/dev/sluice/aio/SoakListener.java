// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.Event;
import dev.sluice.uring.Opcode;

/** Accepts connections and lets each be served, as long as there are clients. */
final class SoakListener extends SoakActor {
    private static final int MOST_ROOM = 3;

    private final AsyncListener listener;

    /** Whether what is accepted just when the accept is stopped can be closed by the bridge. */
    private final boolean mayStop;

    private long accepting;

    /** How many more connections may come. */
    private int room;

    SoakListener(SoakRun run, AsyncListener listener, boolean mayStop) {
        super(run);
        this.listener = listener;
        this.mayStop = mayStop;
        listener.declareInterest(run.container(), this);
    }

    private boolean isNeeded() {
        return !run.isStopping() || run.clients > 0;
    }

    @Override
    void stopping() {
        if (!isNeeded()) {
            run.io.cancel(accepting);
        }
    }

    @Override
    void next() {
        if (!listener.isOpen()) {
            end();
        } else if (!isNeeded()) {
            begunForSure(listener.close());
        } else {
            room = 1 + run.random.nextInt(MOST_ROOM);
            accepting = listener.accept(room);
            if (mayStop) {
                begun(accepting);
            } else {
                begunForSure(accepting);
            }
        }
    }

    @Override
    void more(Event event) {
        run.add(new SoakEchoServer(run, event.takeDescriptor()));
        room--;
        assertThat(room).isNotNegative();
        if (room == 0 || run.random.nextBoolean()) {
            final int more = 1 + run.random.nextInt(MOST_ROOM);
            room += more;
            listener.makeRoom(more);
        }
    }

    @Override
    void ended(Event event, int result) {
        assertThat(event.operation()).isIn(Opcode.ACCEPT, Opcode.CLOSE);
        assertThat(result).isLessThanOrEqualTo(0);
    }

    @Override
    public String toString() {
        return "listener";
    }
}
