package dev.sluice.aio;

import dev.sluice.uring.Opcode;

/** Somebody waits for a path to be opened by the cache. */
final class CachedOpen extends HeldOperation {
    private final PathOpening opening;

    CachedOpen(AsyncIo io, PathOpening opening) {
        super(io);
        this.opening = opening;
    }

    @Override
    void arrived() {
        throw new IllegalStateException("no other thread brings this: " + describe());
    }

    @Override
    protected void withdrawn() {
        opening.leave(this);
    }

    @Override
    protected int operation() {
        return Opcode.OPENAT2;
    }
}
