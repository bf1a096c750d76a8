// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.base;

import dev.sluice.uring.RingException;
import dev.sluice.uring.RingRegistration;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.NativeMemory;

/** The registration of a ring that has workers to limit, and no kernel that keeps buffers for it. */
public abstract class WorkerRegistration implements RingRegistration {
    private final RingOwner owner;

    protected WorkerRegistration(RingOwner owner) {
        this.owner = owner;
    }

    @Override
    public final void limitWorkers(int bounded, int unbounded) {
        owner.check();
        if (bounded < 0 || unbounded < 0) {
            throw new IllegalArgumentException(
                    "limits must not be negative: bounded=" + bounded + ", unbounded=" + unbounded);
        }
        limit(bounded, unbounded);
    }

    /** Each a new limit, or 0 for the present one. */
    protected abstract void limit(int bounded, int unbounded);

    @Override
    public void registerBuffers(NativeMemory... buffers) {
        throw refused("registerBuffers");
    }

    @Override
    public void registerBufferTable(int places) {
        throw refused("registerBufferTable");
    }

    @Override
    public void registerBuffer(int place, long address, int lengthBytes) {
        throw refused("registerBuffer");
    }

    @Override
    public void unregisterBuffers() {
        throw refused("unregisterBuffers");
    }

    @Override
    public void registerBufferRing(int group, long address, int entries) {
        throw refused("registerBufferRing");
    }

    @Override
    public void unregisterBufferRing(int group) {
        throw refused("unregisterBufferRing");
    }

    private static RingException refused(String call) {
        return new RingException(call + " " + Errno.failed(Errno.EOPNOTSUPP), Errno.EOPNOTSUPP);
    }
}
