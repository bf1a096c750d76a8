// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.process.ErrnoException;
import dev.sluice.uring.call.FileAttributes;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A job on one file below a root, which is opened for it alone and closed within it. */
final class AttributeJob<T> implements Callable<T> {
    /** What is done to the file. */
    interface Step {
        /** Returns a negated errno if it fails. */
        int apply(FileAttributes file);
    }

    /** What comes of it. */
    interface Outcome<T> {
        @Nullable
        T of(FileAttributes file, int result);
    }

    private final RootDirectory root;
    private final String path;
    private final boolean followLink;
    private final String call;
    private final Step step;
    private final Outcome<T> outcome;

    AttributeJob(RootDirectory root, String path, boolean followLink, String call, Step step, Outcome<T> outcome) {
        this.root = root;
        this.path = path;
        this.followLink = followLink;
        this.call = call;
        this.step = step;
        this.outcome = outcome;
    }

    @Override
    public @Nullable T call() throws ErrnoException {
        try (FileAttributes file = new FileAttributes()) {
            open(file);
            return outcome.of(file, check(call, step.apply(file)));
        }
    }

    private void open(FileAttributes file) throws ErrnoException {
        root.root.use();
        try {
            check("openat2", file.open(root.root.fd(), path, followLink));
        } finally {
            root.root.endUse();
        }
    }

    private int check(String what, int result) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(what, path, -result);
        }
        return result;
    }
}
