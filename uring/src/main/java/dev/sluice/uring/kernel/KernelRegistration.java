// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import dev.sluice.uring.RingException;
import dev.sluice.uring.base.RingOwner;
import dev.sluice.uring.base.WorkerRegistration;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.IoVector;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.sys.BufRegLayout;
import dev.sluice.uring.sys.IoUring;
import dev.sluice.uring.sys.RsrcRegisterLayout;
import dev.sluice.uring.sys.RsrcUpdateLayout;
import java.nio.ByteBuffer;

/** io_uring_register(2) of what a ring's owner asks for. */
final class KernelRegistration extends WorkerRegistration {
    private final RingOwner owner;
    private final RingBinding binding;

    /** Of one call at a time. */
    private final ByteBuffer arguments;

    private final long argumentsAddress;

    KernelRegistration(RingOwner owner, RingBinding binding, ByteBuffer arguments, long argumentsAddress) {
        super(owner);
        this.owner = owner;
        this.binding = binding;
        this.arguments = arguments;
        this.argumentsAddress = argumentsAddress;
    }

    @Override
    protected void limit(int bounded, int unbounded) {
        arguments.putInt(0, bounded);
        arguments.putInt(Integer.BYTES, unbounded);
        register(
                "IOWQ_MAX_WORKERS, " + bounded + ", " + unbounded,
                IoUring.REGISTER_IOWQ_MAX_WORKERS,
                argumentsAddress,
                2);
    }

    @Override
    public void registerBuffers(NativeMemory... buffers) {
        owner.check();
        // One more than needed: no buffers at all is for the kernel to refuse.
        try (NativeMemory iovecs = NativeMemory.map((buffers.length + 1L) * IoVector.SIZE_BYTES)) {
            final ByteBuffer array = iovecs.buffer(0L, buffers.length * IoVector.SIZE_BYTES);
            for (int i = 0; i < buffers.length; i++) {
                IoVector.write(array, i * IoVector.SIZE_BYTES, buffers[i].address(), buffers[i].lengthBytes());
            }
            register("BUFFERS, " + buffers.length, IoUring.REGISTER_BUFFERS, iovecs.address(), buffers.length);
        }
    }

    @Override
    public void registerBufferTable(int places) {
        owner.check();
        clearArgument(RsrcRegisterLayout.SIZE);
        arguments.putInt(RsrcRegisterLayout.COUNT, places);
        arguments.putInt(RsrcRegisterLayout.FLAGS, IoUring.RSRC_REGISTER_SPARSE);
        register(
                "BUFFERS2, " + places + " empty", IoUring.REGISTER_BUFFERS2, argumentsAddress, RsrcRegisterLayout.SIZE);
    }

    @Override
    public void registerBuffer(int place, long address, int lengthBytes) {
        owner.check();
        IoVector.write(arguments, RsrcUpdateLayout.SIZE, address, lengthBytes);
        clearArgument(RsrcUpdateLayout.SIZE);
        arguments.putInt(RsrcUpdateLayout.OFFSET, place);
        arguments.putLong(RsrcUpdateLayout.DATA, argumentsAddress + RsrcUpdateLayout.SIZE);
        arguments.putInt(RsrcUpdateLayout.COUNT, 1);
        register(
                "BUFFERS_UPDATE, " + place + ", " + lengthBytes + " bytes",
                IoUring.REGISTER_BUFFERS_UPDATE,
                argumentsAddress,
                RsrcUpdateLayout.SIZE);
    }

    @Override
    public void unregisterBuffers() {
        owner.check();
        register("UNREGISTER_BUFFERS", IoUring.UNREGISTER_BUFFERS, 0L, 0);
    }

    @Override
    public void registerBufferRing(int group, long address, int entries) {
        owner.check();
        bufferRing("PBUF_RING, group " + group + ", " + entries, IoUring.REGISTER_PBUF_RING, group, address, entries);
    }

    @Override
    public void unregisterBufferRing(int group) {
        owner.check();
        bufferRing("UNREGISTER_PBUF_RING, group " + group, IoUring.UNREGISTER_PBUF_RING, group, 0L, 0);
    }

    private void bufferRing(String what, int opcode, int group, long address, int entries) {
        clearArgument(BufRegLayout.SIZE);
        arguments.putLong(BufRegLayout.RING_ADDRESS, address);
        arguments.putInt(BufRegLayout.RING_ENTRIES, entries);
        arguments.putShort(BufRegLayout.GROUP, (short) group);
        register(what, opcode, argumentsAddress, 1);
    }

    private void clearArgument(int sizeBytes) {
        for (int i = 0; i < sizeBytes; i += Long.BYTES) {
            arguments.putLong(i, 0L);
        }
    }

    private void register(String what, int opcode, long argument, int count) {
        final int result = binding.register(opcode, argument, count);
        if (result < 0) {
            throw new RingException("io_uring_register(" + what + ") " + Errno.failed(-result), -result);
        }
    }
}
