package dev.sluice.uring;

import com.sun.jna.Native;
import dev.sluice.uring.sys.GeteventsArgLayout;
import dev.sluice.uring.sys.LibUring;
import dev.sluice.uring.sys.ParamsLayout;
import dev.sluice.uring.sys.ProbeLayout;
import dev.sluice.uring.sys.RingLayout;
import dev.sluice.uring.sys.TimespecLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.stream.Stream;

/**
 * Sets up one ring, with the best flags the kernel takes, and holds the memory liburing and the kernel know it by.
 *
 * <pre>
 *   0                  512                 1024           3200               3232           3264
 *  +------------------+-------------------+--------------+------------------+--------------+-------------+------
 *  | struct io_uring  | io_uring_params   | probe        | getevents_arg    | timespec     | 2 x u32     |
 *  +------------------+-------------------+--------------+------------------+--------------+-------------+------
 * </pre>
 */
final class RingSetup {

    /** io_uring_queue_init_params, or what a test puts in its place. */
    @FunctionalInterface
    interface QueueInit {
        int queueInitParams(int entries, long ring, long params);
    }

    private static final int BASE = SetupFlags.R_DISABLED | SetupFlags.CLAMP | SetupFlags.CQSIZE;

    /** From the richest to what Linux 5.15 has: 6.1, 6.0, 5.19, 5.18. TASKRUN_FLAG announces work that would else go unseen. */
    private static final int[] FLAG_STEPS = {
        BASE | SetupFlags.SUBMIT_ALL | SetupFlags.SINGLE_ISSUER | SetupFlags.DEFER_TASKRUN | SetupFlags.TASKRUN_FLAG,
        BASE | SetupFlags.SUBMIT_ALL | SetupFlags.SINGLE_ISSUER | SetupFlags.COOP_TASKRUN | SetupFlags.TASKRUN_FLAG,
        BASE | SetupFlags.SUBMIT_ALL | SetupFlags.COOP_TASKRUN | SetupFlags.TASKRUN_FLAG,
        BASE | SetupFlags.SUBMIT_ALL,
        BASE,
    };

    private static final int REQUIRED_FEATURES = RingFeatures.FEAT_NODROP
            | RingFeatures.FEAT_SUBMIT_STABLE
            | RingFeatures.FEAT_EXT_ARG
            | RingFeatures.FEAT_NATIVE_WORKERS
            | RingFeatures.FEAT_RSRC_TAGS;

    private static final int RING_OFFSET = 0;
    private static final int RING_ROOM = 512; // twice the structure: a later liburing may append to it
    private static final int PARAMS_OFFSET = 512;
    private static final int PROBE_OFFSET = 1024;
    private static final int GETEVENTS_ARG_OFFSET = 3200;
    private static final int TIMESPEC_OFFSET = 3232;
    private static final int WORKERS_OFFSET = 3264;
    private static final int MEMORY_BYTES = 4096;

    private final NativeMemory memory;
    private final ByteBuffer view;
    private final String binding;

    private RingSetup(NativeMemory memory, String binding) {
        this.memory = memory;
        this.view = memory.buffer(0, MEMORY_BYTES);
        this.binding = binding;
    }

    /** Loads the native libraries and sets a ring up; the caller ends it by {@link #exit}. */
    static RingSetup run(RingOptions options, String soname, QueueInit init, SetupDiagnosis diagnosis) {
        bind(soname);
        final NativeMemory memory = NativeMemory.map(MEMORY_BYTES);
        try {
            final RingSetup setup = new RingSetup(memory, describeMapped(soname));
            setup.init(options, init, diagnosis);
            return setup;
        } catch (RuntimeException e) {
            memory.close();
            throw e;
        }
    }

    private static void bind(String soname) {
        try {
            if (Native.POINTER_SIZE != Long.BYTES || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
                throw new RingUnavailableException(
                        "the layouts are those of 64-bit little-endian Linux, not of " + System.getProperty("os.arch"),
                        0);
            }
        } catch (LinkageError e) {
            throw SetupDiagnosis.jnaMissing(e);
        }
        try {
            LibUring.bind(soname);
        } catch (LinkageError e) {
            throw SetupDiagnosis.liburingMissing(soname, e);
        }
    }

    /**
     * The library has no call that tells its version before 2.4, but its file is named by it, and the kernel knows which file is mapped.
     */
    private static String describeMapped(String soname) {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.filter(line -> line.contains("/liburing.so."))
                    .map(line -> line.substring(line.indexOf('/')))
                    .map(path ->
                            "liburing " + path.substring(path.indexOf(".so.") + ".so.".length()) + " (" + path + ")")
                    .findFirst()
                    .orElse(soname);
        } catch (IOException | UncheckedIOException e) {
            return soname + " (" + e.getMessage() + ")"; // text for a start-up line: the ring works all the same
        }
    }

    private void init(RingOptions options, QueueInit init, SetupDiagnosis diagnosis) {
        int result = -Errno.EINVAL;
        for (int step = 0; step < FLAG_STEPS.length && result == -Errno.EINVAL; step++) {
            zero();
            view.putInt(PARAMS_OFFSET + ParamsLayout.CQ_ENTRIES, options.cqEntries());
            view.putInt(PARAMS_OFFSET + ParamsLayout.FLAGS, FLAG_STEPS[step]);
            result = init.queueInitParams(options.entries(), ringAddress(), address(PARAMS_OFFSET));
        }
        if (result < 0) {
            throw diagnosis.refused(options, -result);
        }
        try {
            check("io_uring_ring_dontfork", LibUring.io_uring_ring_dontfork(ringAddress()));
            check(
                    "io_uring_register(PROBE)",
                    LibUring.io_uring_register(
                            fd(), LibUring.REGISTER_PROBE, address(PROBE_OFFSET), ProbeLayout.MAX_OPS));
            if (!features().hasFeature(REQUIRED_FEATURES)) {
                throw SetupDiagnosis.tooOld(
                        "features 0x" + Integer.toHexString(REQUIRED_FEATURES & ~featureBits()),
                        features().kernelRelease());
            }
            view.putLong(GETEVENTS_ARG_OFFSET + GeteventsArgLayout.TS, address(TIMESPEC_OFFSET));
        } catch (RuntimeException e) {
            LibUring.io_uring_queue_exit(ringAddress());
            throw e;
        }
    }

    private static void check(String call, int result) {
        if (result < 0) {
            throw new RingException(call + " " + Errno.failed(-result), -result);
        }
    }

    private void zero() {
        for (int i = 0; i < MEMORY_BYTES; i += Long.BYTES) {
            view.putLong(i, 0L);
        }
    }

    int fd() {
        return view.getInt(RING_OFFSET + RingLayout.RING_FD);
    }

    String binding() {
        return binding;
    }

    RingMapping mapping() {
        return new RingMapping(memory.buffer(RING_OFFSET, RING_ROOM), memory.buffer(PARAMS_OFFSET, ParamsLayout.SIZE));
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
        view.putInt(WORKERS_OFFSET, bounded);
        view.putInt(WORKERS_OFFSET + Integer.BYTES, unbounded);
        check(
                "io_uring_register(IOWQ_MAX_WORKERS, " + bounded + ", " + unbounded + ")",
                LibUring.io_uring_register(fd(), LibUring.REGISTER_IOWQ_MAX_WORKERS, address(WORKERS_OFFSET), 2));
    }

    /** Unmaps the queues, closes the ring, and gives the memory back. */
    void exit() {
        LibUring.io_uring_queue_exit(ringAddress());
        memory.close();
    }

    private long ringAddress() {
        return address(RING_OFFSET);
    }

    private long address(int offset) {
        return memory.address() + offset;
    }
}
