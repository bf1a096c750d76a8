// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import java.nio.ByteBuffer;

/** Hands every call on; a test overrides what it wants to see or to fail. */
class ForwardingBinding implements RingBinding {

    private final RingBinding next;

    ForwardingBinding(RingBinding next) {
        this.next = next;
    }

    @Override
    public int refusedFlags() {
        return next.refusedFlags();
    }

    @Override
    public int setup(int entries, ByteBuffer params) {
        return next.setup(entries, params);
    }

    @Override
    public RingMapping mapping() {
        return next.mapping();
    }

    @Override
    public int enter(int toSubmit, int minComplete, int flags, long argument, long argumentSize) {
        return next.enter(toSubmit, minComplete, flags, argument, argumentSize);
    }

    @Override
    public int register(int opcode, long argument, int count) {
        return next.register(opcode, argument, count);
    }

    @Override
    public void exit() {
        next.exit();
    }

    @Override
    public void exitWithoutDescriptor() {
        next.exitWithoutDescriptor();
    }

    @Override
    public String toString() {
        return next.toString();
    }
}
