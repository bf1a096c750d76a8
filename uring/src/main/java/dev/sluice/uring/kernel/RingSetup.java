package dev.sluice.uring.kernel;

import dev.sluice.uring.Closing;
import dev.sluice.uring.Ring;
import dev.sluice.uring.RingException;
import dev.sluice.uring.RingFeatures;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.RingUnavailableException;
import dev.sluice.uring.SetupFlags;
import dev.sluice.uring.host.SetupDiagnosis;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.IoVector;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.sys.BufRegLayout;
import dev.sluice.uring.sys.GeteventsArgLayout;
import dev.sluice.uring.sys.IoUring;
import dev.sluice.uring.sys.ParamsLayout;
import dev.sluice.uring.sys.ProbeLayout;
import dev.sluice.uring.sys.RsrcRegisterLayout;
import dev.sluice.uring.sys.RsrcUpdateLayout;
import dev.sluice.uring.sys.TimespecLayout;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * Sets up one ring, with the best flags that kernel and binding take, and holds the arguments of its system calls.
 *
 * <pre>
 *   0                   512            2688               2720           2752
 *  +-------------------+--------------+------------------+--------------+-----------------------+------
 *  | io_uring_params   | probe        | getevents_arg    | timespec     | of a registration     |
 *  +-------------------+--------------+------------------+--------------+-----------------------+------
 * </pre>
 */
final class RingSetup {

    private static final int BASE = SetupFlags.R_DISABLED | SetupFlags.CLAMP | SetupFlags.CQSIZE;

    private static final int DEFERRED = BASE
            | SetupFlags.SUBMIT_ALL
            | SetupFlags.SINGLE_ISSUER
            | SetupFlags.DEFER_TASKRUN
            | SetupFlags.TASKRUN_FLAG;

    /** From the richest to what Linux 5.15 has: 6.6, 6.1, 6.0, 5.19, 5.18. TASKRUN_FLAG announces work that would else go unseen. */
    private static final int[] FLAG_STEPS = {
        DEFERRED | SetupFlags.NO_SQARRAY,
        DEFERRED,
        BASE | SetupFlags.SUBMIT_ALL | SetupFlags.SINGLE_ISSUER | SetupFlags.COOP_TASKRUN | SetupFlags.TASKRUN_FLAG,
        BASE | SetupFlags.SUBMIT_ALL | SetupFlags.COOP_TASKRUN | SetupFlags.TASKRUN_FLAG,
        BASE | SetupFlags.SUBMIT_ALL,
        BASE,
    };

    private static final int REQUIRED_FEATURES = RingFeatures.FEAT_SINGLE_MMAP
            | RingFeatures.FEAT_NODROP
            | RingFeatures.FEAT_SUBMIT_STABLE
            | RingFeatures.FEAT_EXT_ARG
            | RingFeatures.FEAT_NATIVE_WORKERS
            | RingFeatures.FEAT_RSRC_TAGS;

    private static final int PARAMS_OFFSET = 0;
    private static final int PROBE_OFFSET = 512;
    private static final int GETEVENTS_ARG_OFFSET = 2688;
    private static final int TIMESPEC_OFFSET = 2720;
    private static final int ARGUMENT_OFFSET = 2752;
    private static final int MEMORY_BYTES = 4096;

    private final NativeMemory memory;
    private final ByteBuffer view;
    private final RingBinding binding;
    private int fd;

    private RingSetup(NativeMemory memory, RingBinding binding) {
        this.memory = memory;
        this.view = memory.buffer(0, MEMORY_BYTES);
        this.binding = binding;
    }

    /** Sets a ring up; the caller ends it by {@link #exit}. */
    static RingSetup run(RingOptions options, RingBinding binding, SetupDiagnosis diagnosis) {
        final NativeMemory memory = NativeMemory.map(MEMORY_BYTES);
        try {
            final RingSetup setup = new RingSetup(memory, binding);
            setup.init(options, diagnosis);
            return setup;
        } catch (RuntimeException e) {
            memory.close();
            throw e;
        }
    }

    private void init(RingOptions options, SetupDiagnosis diagnosis) {
        final ByteBuffer params = memory.buffer(PARAMS_OFFSET, ParamsLayout.SIZE);
        int result = -Errno.EINVAL;
        for (int step = 0; step < FLAG_STEPS.length && result == -Errno.EINVAL; step++) {
            if ((FLAG_STEPS[step] & binding.refusedFlags()) == 0) {
                zero();
                params.putInt(ParamsLayout.CQ_ENTRIES, options.cqEntries());
                params.putInt(ParamsLayout.FLAGS, FLAG_STEPS[step]);
                result = binding.setup(options.entries(), params);
            }
        }
        if (result < 0) {
            throw diagnosis.refused(options, -result);
        }
        fd = result;
        try {
            final int probed = binding.register(IoUring.REGISTER_PROBE, address(PROBE_OFFSET), ProbeLayout.MAX_OPS);
            if (probed < 0) {
                throw new RingUnavailableException("io_uring_register(PROBE) " + Errno.failed(-probed), -probed);
            }
            if (!features().hasFeature(REQUIRED_FEATURES)) {
                throw SetupDiagnosis.tooOld("features 0x" + Integer.toHexString(REQUIRED_FEATURES & ~featureBits()));
            }
            view.putLong(GETEVENTS_ARG_OFFSET + GeteventsArgLayout.TS, address(TIMESPEC_OFFSET));
        } catch (RuntimeException e) {
            binding.exit();
            throw e;
        }
    }

    /** A ring that is not enabled answers EBADFD, unless the call does not get that far. */
    void tryEnter(SetupDiagnosis diagnosis) {
        final int result = binding.enter(0, 0, IoUring.ENTER_GETEVENTS, 0L, 0L);
        if (result != -Errno.EBADFD) {
            throw diagnosis.enterRefused(-result);
        }
    }

    private void zero() {
        for (int i = 0; i < MEMORY_BYTES; i += Long.BYTES) {
            view.putLong(i, 0L);
        }
    }

    int fd() {
        return fd;
    }

    RingBinding binding() {
        return binding;
    }

    RingFeatures features() {
        final BitSet opcodes = new BitSet(ProbeLayout.MAX_OPS);
        final int count = Byte.toUnsignedInt(view.get(PROBE_OFFSET + ProbeLayout.OPS_LEN));
        for (int op = 0; op < count; op++) {
            final int entry = PROBE_OFFSET + ProbeLayout.OPS + op * ProbeLayout.OP_SIZE;
            if ((view.getShort(entry + ProbeLayout.OP_FLAGS) & ProbeLayout.OP_SUPPORTED) != 0) {
                opcodes.set(op);
            }
        }
        final int setupFlags = view.getInt(PARAMS_OFFSET + ParamsLayout.FLAGS);
        return new RingFeatures(opcodes, featureBits(), setupFlags, System.getProperty("os.version"));
    }

    private int featureBits() {
        return view.getInt(PARAMS_OFFSET + ParamsLayout.FEATURES);
    }

    /** The argument of a timed enter; it points to the timespec. */
    long geteventsArgAddress() {
        return address(GETEVENTS_ARG_OFFSET);
    }

    /** A view of the timespec the argument points to. */
    ByteBuffer timespec() {
        return memory.buffer(TIMESPEC_OFFSET, TimespecLayout.SIZE);
    }

    /** Limits the worker threads, as {@link KernelRing#limitWorkers} says. */
    void limitWorkers(int bounded, int unbounded) {
        view.putInt(ARGUMENT_OFFSET, bounded);
        view.putInt(ARGUMENT_OFFSET + Integer.BYTES, unbounded);
        register(
                "IOWQ_MAX_WORKERS, " + bounded + ", " + unbounded,
                IoUring.REGISTER_IOWQ_MAX_WORKERS,
                address(ARGUMENT_OFFSET),
                2);
    }

    /** As {@link Ring#registerBuffers} says. */
    void registerBuffers(NativeMemory... buffers) {
        // One more than needed: no buffers at all is for the kernel to refuse.
        try (NativeMemory iovecs = NativeMemory.map((buffers.length + 1L) * IoVector.SIZE_BYTES)) {
            final ByteBuffer array = iovecs.buffer(0L, buffers.length * IoVector.SIZE_BYTES);
            for (int i = 0; i < buffers.length; i++) {
                IoVector.write(array, i * IoVector.SIZE_BYTES, buffers[i].address(), buffers[i].lengthBytes());
            }
            register("BUFFERS, " + buffers.length, IoUring.REGISTER_BUFFERS, iovecs.address(), buffers.length);
        }
    }

    /** As {@link Ring#registerBufferTable} says. */
    void registerBufferTable(int places) {
        clearArgument(RsrcRegisterLayout.SIZE);
        view.putInt(ARGUMENT_OFFSET + RsrcRegisterLayout.COUNT, places);
        view.putInt(ARGUMENT_OFFSET + RsrcRegisterLayout.FLAGS, IoUring.RSRC_REGISTER_SPARSE);
        register(
                "BUFFERS2, " + places + " empty",
                IoUring.REGISTER_BUFFERS2,
                address(ARGUMENT_OFFSET),
                RsrcRegisterLayout.SIZE);
    }

    /** As {@link Ring#registerBuffer} says. */
    void registerBuffer(int place, long address, int lengthBytes) {
        final int iovecOffset = ARGUMENT_OFFSET + RsrcUpdateLayout.SIZE;
        IoVector.write(view, iovecOffset, address, lengthBytes);
        clearArgument(RsrcUpdateLayout.SIZE);
        view.putInt(ARGUMENT_OFFSET + RsrcUpdateLayout.OFFSET, place);
        view.putLong(ARGUMENT_OFFSET + RsrcUpdateLayout.DATA, address(iovecOffset));
        view.putInt(ARGUMENT_OFFSET + RsrcUpdateLayout.COUNT, 1);
        register(
                "BUFFERS_UPDATE, " + place + ", " + lengthBytes + " bytes",
                IoUring.REGISTER_BUFFERS_UPDATE,
                address(ARGUMENT_OFFSET),
                RsrcUpdateLayout.SIZE);
    }

    /** As {@link Ring#unregisterBuffers} says. */
    void unregisterBuffers() {
        register("UNREGISTER_BUFFERS", IoUring.UNREGISTER_BUFFERS, 0L, 0);
    }

    /** As {@link Ring#registerBufferRing} says. */
    void registerBufferRing(int group, long address, int entries) {
        bufferRing("PBUF_RING, group " + group + ", " + entries, IoUring.REGISTER_PBUF_RING, group, address, entries);
    }

    /** As {@link Ring#unregisterBufferRing} says. */
    void unregisterBufferRing(int group) {
        bufferRing("UNREGISTER_PBUF_RING, group " + group, IoUring.UNREGISTER_PBUF_RING, group, 0L, 0);
    }

    private void bufferRing(String what, int opcode, int group, long address, int entries) {
        clearArgument(BufRegLayout.SIZE);
        view.putLong(ARGUMENT_OFFSET + BufRegLayout.RING_ADDRESS, address);
        view.putInt(ARGUMENT_OFFSET + BufRegLayout.RING_ENTRIES, entries);
        view.putShort(ARGUMENT_OFFSET + BufRegLayout.GROUP, (short) group);
        register(what, opcode, address(ARGUMENT_OFFSET), 1);
    }

    private void clearArgument(int sizeBytes) {
        for (int i = 0; i < sizeBytes; i += Long.BYTES) {
            view.putLong(ARGUMENT_OFFSET + i, 0L);
        }
    }

    private void register(String what, int opcode, long argument, int count) {
        final int result = binding.register(opcode, argument, count);
        if (result < 0) {
            throw new RingException("io_uring_register(" + what + ") " + Errno.failed(-result), -result);
        }
    }

    /** Unmaps the queues, closes the ring, and gives the memory back. */
    void exit() {
        final Closing closing = new Closing("ending the ring failed");
        closing.step(this::exitBinding);
        closing.step(memory);
        closing.end();
    }

    /** The number is another file's, or nobody's, if the descriptor was closed by somebody else: then it is not ours to close. */
    private void exitBinding() {
        if (isRing(binding.enter(0, 0, 0, 0L, 0L))) {
            binding.exit();
        } else {
            binding.exitWithoutDescriptor();
        }
    }

    private static boolean isRing(int entered) {
        return entered != -Errno.EBADF && entered != -Errno.ENXIO && entered != -Errno.EOPNOTSUPP;
    }

    private long address(int offset) {
        return memory.address() + offset;
    }
}
