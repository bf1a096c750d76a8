// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.socket;

import dev.sluice.aio.line.ContinuingSignal;
import dev.sluice.aio.memory.Block;
import dev.sluice.uring.Opcode;
import java.nio.ByteBuffer;

/** The event of bytes that were received into a block of {@link ReceiveBlocks}, which is the application's with it. */
final class ReceivedBytes extends ContinuingSignal {
    private final SocketOperations sockets;
    private Block block;
    private int lengthBytes;

    ReceivedBytes(SocketOperations sockets) {
        this.sockets = sockets;
    }

    void set(Block newBlock, int newLengthBytes) {
        block = newBlock;
        lengthBytes = newLengthBytes;
    }

    @Override
    protected Object message() {
        return block.face();
    }

    @Override
    protected ByteBuffer buffer() {
        return block.view();
    }

    @Override
    protected void delivered() {
        block = null;
        sockets.received.giveBack(this);
    }

    @Override
    protected void discarded() {
        block.release();
        delivered();
    }

    @Override
    protected int operation() {
        return Opcode.RECV;
    }

    @Override
    protected int result() {
        return lengthBytes;
    }

    @Override
    protected String describe() {
        return "RECV -> " + lengthBytes;
    }
}
