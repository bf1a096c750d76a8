// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Goal: whatever can be started has been seen to fail in each of its steps. Method: all public methods that return an id. */
class SweptOperationsTest {
    /**
     * The ring never sees them, so that none of their steps can fail; what else ends them: AllowanceIT, WaitingOperationsIT, BlockingWorkIT,
     * ChildExitIT, CopyRangeIT, ProcessSignalIT, FirstSignalIT.
     */
    private static final Set<String> NOT_FOR_THE_RING = Set.of(
            "Allowance.take",
            "AsyncAttributes.names",
            "AsyncAttributes.readLink",
            "AsyncAttributes.remove",
            "AsyncAttributes.setMode",
            "AsyncAttributes.setOwner",
            "AsyncAttributes.setTimes",
            "AsyncFile.copyRange",
            "AsyncFile.sizeBytes",
            "ProcessEvents.awaitExit",
            "ProcessEvents.awaitSignal",
            "ProcessEvents.watchSignal",
            "BlockingWork.call",
            "BlockingWork.canonicalPath",
            "BlockingWork.hostAddresses",
            "BlockingWork.list",
            "BufferArena.lease");

    /** Closes what was swept with the operations on it: the descriptors of a cache are closed as others are. */
    private static final Set<String> MADE_OF_OTHERS = Set.of(
            "OpenFileCache.close",
            "SocketStream.sendQuietly", // as send and sendMessage, but for what QuietSendIT tests
            "SocketStream.sendMessageQuietly");

    @Test
    void shouldSweepEachOperationThereIs() {
        final Set<String> swept = new TreeSet<>(NOT_FOR_THE_RING);
        swept.addAll(MADE_OF_OTHERS);
        Stream.of(SweptOperation.values()).map(SweptOperation::method).forEach(swept::add);
        SocketFaultsIT.methods().forEach(swept::add);
        swept.remove(SweptOperation.DISCARD.method()); // has no id

        assertThat(operations()).containsExactlyInAnyOrderElementsOf(swept);
    }

    static Set<String> operations() {
        final Set<String> found = new TreeSet<>();
        for (final Class<?> type : ForeignThreadIT.OF_THE_QUEUE) {
            for (final Method method : type.getDeclaredMethods()) {
                final String name = type.getSimpleName() + "." + method.getName();
                if (Modifier.isPublic(method.getModifiers())
                        && method.getReturnType() == long.class
                        && !ForeignThreadIT.READABLE.contains(name)) {
                    found.add(name);
                }
            }
        }
        return found;
    }
}
