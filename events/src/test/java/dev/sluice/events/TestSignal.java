package dev.sluice.events;

/** A completion without an operation. */
final class TestSignal extends Signal {
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
