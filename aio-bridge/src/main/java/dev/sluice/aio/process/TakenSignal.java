// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A signal of the process, taken from the JVM until it is given back. */
final class TakenSignal {
    /** The handler of a signal is the process's: who took it second would put back the first one's, late. */
    private static final Set<String> TAKEN = ConcurrentHashMap.newKeySet();

    private final String name;
    private final Object previousHandler;
    private boolean givenBack;

    private TakenSignal(String name, Object previousHandler) {
        this.name = name;
        this.previousHandler = previousHandler;
    }

    /** Has {@code received} run as {@link JvmSignals#handle} does. */
    static TakenSignal take(String name, Runnable received) {
        if (!TAKEN.add(name)) {
            throw new IllegalStateException("SIG" + name + " is watched already");
        }
        try {
            return new TakenSignal(name, JvmSignals.handle(name, received));
        } catch (RuntimeException e) {
            TAKEN.remove(name);
            throw e;
        }
    }

    /** Has what handled it before do so again. Again does nothing. */
    synchronized void giveBack() {
        if (!givenBack) {
            givenBack = true;
            JvmSignals.restore(name, previousHandler);
            TAKEN.remove(name);
        }
    }
}
