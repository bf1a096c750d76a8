// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import dev.sluice.events.table.TableEntry;

/** A completion without an operation, which may hold a slot. */
public final class TestSignal extends TableEntry {
    private final boolean continues;

    public TestSignal() {
        this(false);
    }

    TestSignal(boolean continues) {
        this.continues = continues;
    }

    TestSignal(ContainerQueue place) {
        this(false);
        ((Signal) this).place = place; // not seen through TableEntry, which is of another package
    }

    @Override
    protected void reap(int result, int flags) {}

    @Override
    protected void cancelForClose() {}

    @Override
    protected Kind kind() {
        return Kind.COMPLETION;
    }

    @Override
    protected boolean continues() {
        return continues;
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
