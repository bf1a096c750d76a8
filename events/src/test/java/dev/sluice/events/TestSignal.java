package dev.sluice.events;

/** A completion without an operation, which may hold a slot. */
final class TestSignal extends TableEntry {
    @Override
    void reap(int result, int flags) {}

    @Override
    void cancelForClose() {}

    @Override
    protected EventKind kind() {
        return EventKind.COMPLETION;
    }

    @Override
    protected int operation() {
        return 0;
    }

    @Override
    protected int result() {
        return 0;
    }

    @Override
    protected String describe() {
        return "test";
    }

    @Override
    protected void delivered() {}

    @Override
    protected void discarded() {}
}
