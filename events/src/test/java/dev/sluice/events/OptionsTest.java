// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** What a queue, a loop and a declaration may be asked for. */
class OptionsTest {
    private static final EventQueueOptions QUEUE = EventQueueOptions.defaults();
    private static final EventLoopOptions LOOP = EventLoopOptions.defaults();

    @Test
    void shouldTakeOperationsFromOneToTheNumberOfSlots() {
        assertThat(QUEUE.withMaxOperations(1).maxOperations()).isEqualTo(1);
        assertThat(QUEUE.withMaxOperations(1 << 24).maxOperations()).isEqualTo(1 << 24);
        for (final int refused : new int[] {0, (1 << 24) + 1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> QUEUE.withMaxOperations(refused))
                    .withMessageContaining("1..16777216: maxOperations=" + refused);
        }
    }

    @Test
    void shouldTakeAStallThresholdFromOneNanosecondAndAStarvationLimitFromZero() {
        assertThat(QUEUE.withStallThresholdNs(1L).stallThresholdNs()).isEqualTo(1L);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QUEUE.withStallThresholdNs(0L))
                .withMessageContaining("stallThresholdNs=0");
        assertThat(QUEUE.withStarvationLimitNs(7L).withStarvationLimitNs(0L)).isEqualTo(QUEUE);
        assertThat(QUEUE.withStarvationLimitNs(7L).starvationLimitNs()).isEqualTo(7L);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QUEUE.withStarvationLimitNs(-1L))
                .withMessageContaining("starvationLimitNs=-1");
    }

    @Test
    void shouldKeepWhatIsNotChanged() {
        final EventQueueOptions changed =
                QUEUE.withMaxOperations(5).withStallThresholdNs(6L).withStarvationLimitNs(7L);

        assertThat(changed).isEqualTo(new EventQueueOptions(QUEUE.ring(), 5, 6L, 7L));
        assertThatNullPointerException().isThrownBy(() -> QUEUE.withRing(null)).withMessage("ring");
    }

    @Test
    void shouldTakeTurnsOfOneEventAndOneNanosecondAndNoLess() {
        final EventLoopOptions least = LOOP.withMaxEvents(1).withMaxTurnNs(1L);
        assertThat(least.maxEvents()).isEqualTo(1);
        assertThat(least.maxTurnNs()).isEqualTo(1L);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LOOP.withMaxEvents(0))
                .withMessage("maxEvents must be at least 1: maxEvents=0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LOOP.withMaxTurnNs(0L))
                .withMessage("maxTurnNs must be at least 1: maxTurnNs=0");
    }

    @Test
    void shouldChangeHandlersAndHookOfALoopOneByOne() {
        final EventHandler handler = event -> {};
        final ErrorHandler errors = (event, failure) -> {};
        final TurnHook hook = new TurnHook() {};

        assertThat(LOOP.withMaxEvents(3)
                        .withMaxTurnNs(4L)
                        .withHandler(handler)
                        .withErrorHandler(errors)
                        .withHook(hook))
                .isEqualTo(new EventLoopOptions(3, 4L, handler, errors, hook));
        assertThatNullPointerException()
                .isThrownBy(() -> LOOP.withHandler(null))
                .withMessage("handler");
        assertThatNullPointerException()
                .isThrownBy(() -> LOOP.withErrorHandler(null))
                .withMessage("errorHandler");
        assertThatNullPointerException().isThrownBy(() -> LOOP.withHook(null)).withMessage("hook");
    }

    @Test
    void shouldByDefaultRefuseAnEventThatNobodyHandlesAndLogWhatHandlersThrow() {
        final Event none = new Event();
        assertThatIllegalStateException()
                .isThrownBy(() -> LOOP.handler().handle(none))
                .withMessageContaining("Event[none]: its attachment is not an EventHandler but null");

        final RuntimeException failure = new IllegalArgumentException("broken");
        final List<LogRecord> logged = recordsLogged(() -> LOOP.errorHandler().handlerFailed(none, failure));

        assertThat(logged).singleElement().satisfies(entry -> {
            assertThat(entry.getMessage()).contains("a handler failed", "Event[none]");
            assertThat(entry.getThrown()).isSameAs(failure);
        });
    }

    /** {@link System.Logger} writes to java.util.logging unless told otherwise. */
    private static List<LogRecord> recordsLogged(Runnable logs) {
        final List<LogRecord> records = new ArrayList<>();
        final Handler recorder = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                records.add(entry);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        final Logger logger = Logger.getLogger(EventLoop.class.getName());
        logger.setUseParentHandlers(false);
        logger.addHandler(recorder);
        try {
            logs.run();
        } finally {
            logger.removeHandler(recorder);
            logger.setUseParentHandlers(true);
        }
        return records;
    }
}
