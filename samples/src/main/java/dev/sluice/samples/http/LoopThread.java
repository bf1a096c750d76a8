// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

/** The thread of a server's loop, to which everything of it belongs: another one is refused before it has changed anything. */
final class LoopThread {
    private final Thread thread = Thread.currentThread();

    void check() {
        if (Thread.currentThread() != thread) {
            throw new IllegalStateException("this belongs to the thread of its server, " + thread.getName()
                    + ", and not to " + Thread.currentThread().getName() + ": a Mailbox brings it there");
        }
    }
}
