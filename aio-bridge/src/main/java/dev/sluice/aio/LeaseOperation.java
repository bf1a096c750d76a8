package dev.sluice.aio;

/** Waits for a block of a {@link BufferArena}. */
final class LeaseOperation extends Allowance.WaitingOperation {
    private final BufferArena arena;
    private final int minBytes;
    private IoBuffer buffer;

    LeaseOperation(BufferArena arena, Allowance allowance, int minBytes) {
        super(allowance);
        this.arena = arena;
        this.minBytes = minBytes;
    }

    /** What is free may be in pieces that are too small. */
    @Override
    public boolean prepareGrant() {
        buffer = arena.cut(minBytes, container());
        if (buffer == null) {
            return false;
        }
        amount = buffer.capacityBytes();
        return true;
    }

    @Override
    public void granted() {
        end(0, buffer);
    }

    @Override
    protected String describe() {
        return "lease of " + minBytes + " bytes";
    }
}
