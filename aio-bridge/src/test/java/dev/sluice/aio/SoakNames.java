// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.Event;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PathFlags;
import dev.sluice.uring.memory.Statx;

/**
 * One thing at a time in a directory of its own - a directory, a symbolic link, or one more name of a file - which it makes, looks at, renames
 * and removes. What an operation left that failed or was stopped is found by looking.
 */
final class SoakNames extends SoakActor {
    private static final String[] NAMES = {"first", "second"};

    private enum Thing {
        DIRECTORY,
        SYMBOLIC_LINK,
        LINK
    }

    private enum Doing {
        MAKE,
        MAKE_WHAT_EXISTS,
        LOOK,
        LOOK_AT_THE_OTHER,
        RENAME,
        REMOVE
    }

    private final RootDirectory root;
    private final String folder;
    private final String linked;
    private final FileStatus status = new FileStatus();
    private Thing thing = Thing.DIRECTORY;
    private int name;
    private boolean exists;
    private boolean unsure;
    private Doing doing;

    /** {@code folder} below the root exists and is empty; {@code linked} is a file below the root. */
    SoakNames(SoakRun run, RootDirectory root, String folder, String linked) {
        super(run);
        this.root = root;
        this.folder = folder;
        this.linked = linked;
    }

    private String path(int which) {
        return folder + "/" + NAMES[which];
    }

    @Override
    void next() {
        final AsyncPaths paths = run.io.paths();
        if (unsure) {
            look(paths);
        } else if (!exists && run.isStopping()) {
            end();
        } else if (!exists) {
            thing = Thing.values()[run.random.nextInt(Thing.values().length)];
            doing = Doing.MAKE;
            begun(make(paths));
        } else if (run.isStopping() || run.chance(40)) {
            doing = Doing.REMOVE;
            begun(
                    thing == Thing.DIRECTORY
                            ? paths.removeDirectory(root, path(name), run.container(), this)
                            : paths.unlink(root, path(name), run.container(), this));
        } else if (run.chance(20)) {
            doing = Doing.MAKE_WHAT_EXISTS;
            begun(make(paths));
        } else if (run.chance(50)) {
            doing = Doing.RENAME;
            final int flags = run.chance(50) ? PathFlags.RENAME_NOREPLACE : 0;
            begun(paths.rename(root, path(name), path(1 - name), flags, run.container(), this));
        } else {
            doing = Doing.LOOK;
            begun(paths.statx(root, path(name), false, status, run.container(), this));
        }
    }

    /** Finds out whether it is there, by the one name or by the other; nobody stops that. */
    private void look(AsyncPaths paths) {
        doing = doing == Doing.LOOK ? Doing.LOOK_AT_THE_OTHER : Doing.LOOK;
        final int looked = doing == Doing.LOOK ? name : 1 - name;
        begunForSure(paths.statx(root, path(looked), false, status, run.container(), this));
    }

    private long make(AsyncPaths paths) {
        return switch (thing) {
            case DIRECTORY -> paths.makeDirectory(root, path(name), 0755, run.container(), this);
            case SYMBOLIC_LINK -> paths.symlink("nowhere", root, path(name), run.container(), this);
            case LINK -> paths.link(root, linked, path(name), run.container(), this);
        };
    }

    @Override
    void ended(Event event, int result) {
        if (doing == Doing.LOOK || doing == Doing.LOOK_AT_THE_OTHER) {
            looked(result);
        } else if (wasStopped(result)) {
            unsure = true;
        } else if (doing == Doing.MAKE_WHAT_EXISTS) {
            assertThat(result).as("%s again", this).isEqualTo(-Errno.EEXIST);
        } else {
            assertThat(result).as("%s", this).isZero();
            exists = doing != Doing.REMOVE;
            name = doing == Doing.RENAME ? 1 - name : name;
        }
    }

    private static boolean wasStopped(int result) {
        return result == -Errno.ECANCELED || result == -Errno.ETIME || result == -Errno.EINTR;
    }

    private void looked(int result) {
        if (wasStopped(result)) {
            return;
        }
        if (unsure) {
            assertThat(result).as("%s", this).isIn(0, -Errno.ENOENT);
            exists = result == 0;
            name = exists && doing == Doing.LOOK_AT_THE_OTHER ? 1 - name : name;
            unsure = !exists && doing == Doing.LOOK;
        } else {
            assertThat(result).as("%s", this).isZero();
        }
        if (result == 0) {
            final int type = status.mode() & Statx.S_IFMT;
            assertThat(type == Statx.S_IFDIR).as("%s: a directory", this).isEqualTo(thing == Thing.DIRECTORY);
        }
    }

    @Override
    public String toString() {
        return doing + " " + thing + " " + path(name) + (exists ? ", exists" : ", does not exist");
    }
}
