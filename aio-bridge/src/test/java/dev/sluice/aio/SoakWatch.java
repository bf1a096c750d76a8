// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.Event;
import dev.sluice.uring.linux.Errno;

/** Watches a directory for a while, again and again; with it the last of its watchers, the instance that has the watches. */
final class SoakWatch extends SoakActor {
    private final FileWatches watches;
    private final FileWatch watch;
    private final RootDirectory directory;
    private final int mask;
    private final int mostChanges;
    private int changes;

    SoakWatch(SoakRun run, FileWatches watches, RootDirectory directory, int mask, int mostChanges) {
        super(run);
        this.watches = watches;
        this.directory = directory;
        this.mask = mask;
        this.mostChanges = mostChanges;
        watch = watches.newWatch();
    }

    @Override
    void next() {
        if (run.isStopping()) {
            end();
        } else {
            changes = 0;
            begunForSure(watch.start(directory, mask, run.container(), this));
        }
    }

    @Override
    void stopping() {
        if (watch.isActive()) {
            watch.cancel();
        }
    }

    @Override
    void more(Event event) {
        final FileChange change = (FileChange) event.message();
        assertThat(change.isOverflow() || (change.mask() & mask) != 0)
                .as("%s is what was asked for", change)
                .isTrue();
        if (++changes == mostChanges) {
            watch.cancel();
        }
    }

    @Override
    void ended(Event event, int result) {
        assertThat(result).isEqualTo(-Errno.ECANCELED);
        assertThat(watch.isActive()).isFalse();
        assertThat(watches.isOpen()).isTrue();
    }
}
