// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import dev.sluice.uring.Closing;
import dev.sluice.uring.RingFeatures;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.RingUnavailableException;
import dev.sluice.uring.SetupFlags;
import dev.sluice.uring.base.RingOwner;
import dev.sluice.uring.host.SetupDiagnosis;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.sys.GeteventsArgLayout;
import dev.sluice.uring.sys.IoUring;
import dev.sluice.uring.sys.ParamsLayout;
import dev.sluice.uring.sys.ProbeLayout;
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

    /** Beside the queues, on the memory that is left. */
    KernelRegistration registration(RingOwner owner) {
        return new KernelRegistration(
                owner,
                binding,
                memory.buffer(ARGUMENT_OFFSET, MEMORY_BYTES - ARGUMENT_OFFSET),
                address(ARGUMENT_OFFSET));
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
