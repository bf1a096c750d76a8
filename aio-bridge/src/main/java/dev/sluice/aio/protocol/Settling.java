// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

/** Does a step again and again, until none was asked for meanwhile; asked from within a step, it goes on after it. */
final class Settling {
    private final Runnable step;
    private boolean running;
    private boolean again;

    Settling(Runnable step) {
        this.step = step;
    }

    boolean isRunning() {
        return running;
    }

    void run() {
        again = true;
        if (running) {
            return;
        }
        running = true;
        try {
            while (again) {
                again = false;
                step.run();
            }
        } finally {
            running = false;
        }
    }
}
