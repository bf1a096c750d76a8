// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What goes on and stops with a server, in the order in which it was added. One that throws does not keep the others from their turn. */
final class ServerParts {
    private final List<ServerPart> parts = new ArrayList<>();
    private final Consumer<RuntimeException> failed;
    private boolean stopping;

    /** How many were told that the server stops. */
    private int toldToStop;

    ServerParts(Consumer<RuntimeException> failed) {
        this.failed = failed;
    }

    void add(ServerPart part) {
        parts.add(part);
        if (stopping) {
            stop();
        }
    }

    void betweenTurns() {
        for (int i = 0; i < parts.size(); i++) {
            try {
                parts.get(i).betweenTurns();
            } catch (RuntimeException e) {
                failed.accept(e);
            }
        }
    }

    void turnBegins() {
        for (int i = 0; i < parts.size(); i++) {
            try {
                parts.get(i).turnBegins();
            } catch (RuntimeException e) {
                failed.accept(e);
            }
        }
    }

    /** Tells each, once; also those that one of them adds meanwhile. */
    void stop() {
        stopping = true;
        while (toldToStop < parts.size()) {
            final ServerPart next = parts.get(toldToStop++);
            try {
                next.stop();
            } catch (RuntimeException e) {
                failed.accept(e);
            }
        }
    }

    /** Asks all of them, since each may close something now. Who throws has nothing left that could be done. */
    boolean areStopped(boolean isLast) {
        boolean stopped = true;
        for (int i = 0; i < parts.size(); i++) {
            try {
                stopped &= parts.get(i).isStopped(isLast);
            } catch (RuntimeException e) {
                failed.accept(e);
            }
        }
        return stopped;
    }
}
