// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.operation;

import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.ResolveFlags;

/**
 * An operation that has the kernel look up paths: tried on its caches first, where it never waits, and given to a worker, when the
 * window lets it, only if they do not have the path.
 *
 * <p>{@code EAGAIN} has two meanings. With {@code RESOLVE_CACHED}: it would have to wait. Without: something was renamed or
 * mounted, anywhere on the machine, while a path with dot-dot was walked, in the path itself or in a symbolic link, so that
 * {@code RESOLVE_BENEATH} cannot be sure of it. openat2(2) leaves it to the caller to ask again.
 */
public abstract class LookupOperation extends DiskOperation {
    /** A walk takes microseconds: it meets that many renames in a row only if they never end. */
    static final int MOST_WALKS = 100;

    private boolean cachedOnly;
    private int walks;

    protected LookupOperation(IoContext io) {
        super(io);
    }

    /** Looks a path up, on the caches first if they can do. */
    protected final void lookUp(boolean onCaches) {
        cachedOnly = onCaches;
        walks = 0;
        if (onCaches) {
            io.port().submit(this);
        } else {
            submitByWorker();
        }
    }

    /** How the path is to be resolved, with what this try asks for. */
    protected final long resolve(long resolve) {
        return cachedOnly ? resolve | ResolveFlags.RESOLVE_CACHED : resolve;
    }

    /** Takes the result of a lookup that has left its window; true if it is asked again. */
    protected final boolean isAskedAgain(int result) {
        if (result != -Errno.EAGAIN || isCancelRequested() || (!cachedOnly && ++walks == MOST_WALKS)) {
            return false;
        }
        cachedOnly = false;
        io.admission().workers().await(this); // admitted after the drain
        return true;
    }

    /** A cancelled one is not asked again: what it would have waited for was not tried. */
    @Override
    final int verdict(int kernelResult) {
        return kernelResult == -Errno.EAGAIN && isCancelRequested() ? -Errno.ECANCELED : super.verdict(kernelResult);
    }
}
