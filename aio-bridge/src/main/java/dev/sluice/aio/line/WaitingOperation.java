// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.line;

import dev.sluice.events.operation.OperationPort;

/** Waits for its part of a {@link Supply}, and for nothing else. An object is begun once. */
public abstract class WaitingOperation extends RinglessOperation implements Supply.Waiter {
    private final Supply supply;

    protected WaitingOperation(OperationPort port, Supply supply) {
        super(port);
        this.supply = supply;
    }

    @Override
    protected void withdrawn() {
        supply.withdraw(this);
    }
}
