// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.Resource;
import dev.sluice.uring.linux.Errno;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: what waits and is none of the ring's ends in one event, whatever else is asked for before or after its turn, and nothing is left
 * behind. Method: each with each, where a fault sweep would have the kernel's verdicts.
 */
class WaitingOperationsIT {
    private enum Kind {
        TAKE,
        LEASE
    }

    private enum Meanwhile {
        NOTHING,
        CANCELLED,
        DEADLINE_PASSES,
        QUEUE_CLOSED
    }

    @AutoClose
    private final AioFixture aio =
            new AioFixture(AsyncIoOptions.defaults().withArenaBytes(BufferArena.MAX_BLOCK_BYTES, 0L));

    private final Allowance places = aio.io.newAllowance(Resource.CONNECTIONS, 1L, 0L);
    private IoBuffer all;

    @ParameterizedTest
    @CsvSource({
        "TAKE, NOTHING, false",
        "TAKE, CANCELLED, false",
        "TAKE, CANCELLED, true",
        "TAKE, DEADLINE_PASSES, false",
        "TAKE, DEADLINE_PASSES, true",
        "TAKE, QUEUE_CLOSED, false",
        "TAKE, QUEUE_CLOSED, true",
        "LEASE, NOTHING, false",
        "LEASE, CANCELLED, false",
        "LEASE, CANCELLED, true",
        "LEASE, DEADLINE_PASSES, false",
        "LEASE, DEADLINE_PASSES, true",
        "LEASE, QUEUE_CLOSED, false",
        "LEASE, QUEUE_CLOSED, true"
    })
    void shouldEndOnceWhateverIsAskedForBeforeOrAfterItsTurn(Kind kind, Meanwhile meanwhile, boolean hadTurn) {
        takeAll(kind);
        final long id = start(kind);
        if (hadTurn) {
            giveAllBack(kind);
        }
        switch (meanwhile) {
            case NOTHING -> {}
            case CANCELLED -> assertThat(aio.io.cancel(id)).isEqualTo(!hadTurn);
            case DEADLINE_PASSES -> assertThat(aio.io.cancelAfter(id, 0L)).isEqualTo(!hadTurn);
            case QUEUE_CLOSED -> {
                aio.close();
                return;
            }
        }
        if (!hadTurn && meanwhile == Meanwhile.NOTHING) {
            giveAllBack(kind);
        }
        final Seen end = aio.runOne();
        final boolean has = hadTurn || meanwhile == Meanwhile.NOTHING;
        assertThat(end.result())
                .isEqualTo(has ? 0 : meanwhile == Meanwhile.CANCELLED ? -Errno.ECANCELED : -Errno.ETIME);
        assertThat(end.message() instanceof IoBuffer).isEqualTo(has && kind == Kind.LEASE);
        if (!has) {
            giveAllBack(kind);
        } else if (kind == Kind.LEASE) {
            ((IoBuffer) end.message()).release();
        } else {
            places.giveBack(1L, aio.normal);
        }
        aio.expectSilence(1_000_000L);
        assertThat(places.inUse()).isZero();
        assertThat(List.of(places.waiting(), aio.io.arena().waiting())).containsOnly(0);
        assertThat(aio.root.inUse(Resource.BUFFER_BYTES)).isZero();
        aio.assertNothingLeft();
    }

    private long start(Kind kind) {
        return kind == Kind.TAKE
                ? places.take(1L, aio.normal, "tested")
                : aio.io.arena().lease(1, aio.normal, "tested");
    }

    private void takeAll(Kind kind) {
        if (kind == Kind.TAKE) {
            places.tryTake(1L, aio.bulk);
        } else {
            all = aio.io.arena().tryLease(BufferArena.MAX_BLOCK_BYTES, aio.bulk);
        }
    }

    private void giveAllBack(Kind kind) {
        if (kind == Kind.TAKE) {
            places.giveBack(1L, aio.bulk);
        } else {
            all.release();
        }
    }
}
