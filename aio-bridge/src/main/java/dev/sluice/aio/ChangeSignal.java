package dev.sluice.aio;

/** The event of one change. */
final class ChangeSignal extends ContinuingSignal {
    private final FileWatches watches;
    private WatchOperation source;
    private FileChange change;

    ChangeSignal(FileWatches watches) {
        this.watches = watches;
    }

    void set(WatchOperation newSource, FileChange newChange) {
        source = newSource;
        change = newChange;
    }

    boolean isPending() {
        return change != null;
    }

    @Override
    protected void delivered() {
        final WatchOperation from = source;
        source = null;
        change = null;
        from.changeHandled();
        if (!from.owns(this)) {
            watches.giveBack(this);
        }
    }

    @Override
    protected int result() {
        return change.mask();
    }

    @Override
    protected Object message() {
        return change;
    }

    @Override
    protected String describe() {
        return "file changed: " + change;
    }
}
