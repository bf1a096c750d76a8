package dev.sluice.aio;

/** Waits for a block of a {@link BufferArena}. */
final class LeaseOperation extends Allowance.WaitingOperation {
    private final BufferArena arena;
    private final int minBytes;

    LeaseOperation(BufferArena arena, Allowance allowance, int minBytes) {
        super(allowance);
        this.arena = arena;
        this.minBytes = minBytes;
    }

    int sizeClass() {
        return BufferSlab.classOf(minBytes);
    }

    @Override
    public SetAside keptBackIn() {
        return arena.fragmentedLeases().keptBackIn(sizeClass());
    }

    @Override
    public void granted() {
        end(0, arena.cut(sizeClass(), container()));
    }

    @Override
    protected String describe() {
        return "lease of " + minBytes + " bytes";
    }
}
