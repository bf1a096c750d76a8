// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import java.util.BitSet;
import java.util.Map;

/** What the kernel below a ring can do, asked once at set-up. Immutable. */
public final class RingFeatures {

    /** Both rings lie in one mapping; 5.4. */
    public static final int FEAT_SINGLE_MMAP = 1;

    /** Completions are kept when their queue is full; 5.5. */
    public static final int FEAT_NODROP = 1 << 1;

    /** What an entry points to may change once it is submitted; 5.5. */
    public static final int FEAT_SUBMIT_STABLE = 1 << 2;

    /** A wait can have a time limit; 5.11. */
    public static final int FEAT_EXT_ARG = 1 << 8;

    /** Worker threads belong to this process; 5.12. */
    public static final int FEAT_NATIVE_WORKERS = 1 << 9;

    /** Registered buffers and files can be tagged; 5.13. */
    public static final int FEAT_RSRC_TAGS = 1 << 10;

    /** A wait need not count as waiting for I/O; 6.15. */
    public static final int FEAT_NO_IOWAIT = 1 << 17;

    private final BitSet opcodes;
    private final int featureBits;
    private final int setupFlags;
    private final String kernelRelease;
    private final Map<Integer, String> refusals;

    /**
     * What was asked of the kernel. For who implements a {@link Ring}.
     *
     * @param opcodes the operations that can be submitted
     * @param featureBits FEAT_*
     * @param setupFlags {@link SetupFlags} as the kernel returned them
     * @param kernelRelease of the running kernel
     */
    public RingFeatures(BitSet opcodes, int featureBits, int setupFlags, String kernelRelease) {
        this(opcodes, Map.of(), featureBits, setupFlags, kernelRelease);
    }

    /**
     * What was asked of a host that refuses some operations. For who implements a {@link Ring}.
     *
     * @param opcodes the operations that can be submitted
     * @param refusals of operations that are not among them: why, by opcode
     * @param featureBits FEAT_*
     * @param setupFlags {@link SetupFlags} as the kernel returned them
     * @param kernelRelease of the running kernel
     */
    public RingFeatures(
            BitSet opcodes, Map<Integer, String> refusals, int featureBits, int setupFlags, String kernelRelease) {
        this.opcodes = (BitSet) opcodes.clone();
        this.refusals = Map.copyOf(refusals);
        this.featureBits = featureBits;
        this.setupFlags = setupFlags;
        this.kernelRelease = kernelRelease;
    }

    /**
     * Whether an operation can be submitted.
     *
     * @param opcode one of {@link Opcode}, or any later number
     * @return true if the kernel knows it; flags and modes of it may be younger
     */
    public boolean supports(int opcode) {
        return opcode >= 0 && opcodes.get(opcode);
    }

    /**
     * Checks at the start that all operations can be submitted that will be needed later.
     *
     * @param needed some of {@link Opcode}
     * @throws RingUnavailableException if one cannot, naming it, the cause and what helps
     */
    public void require(int... needed) {
        for (final int opcode : needed) {
            if (!supports(opcode)) {
                throw new RingUnavailableException(
                        "the operation " + Opcode.name(opcode) + " cannot be had: "
                                + refusals.getOrDefault(opcode, "kernel " + kernelRelease + " does not know it"),
                        0);
            }
        }
    }

    /**
     * Whether the kernel has announced features.
     *
     * @param feature one of FEAT_*, or several: then all of them
     * @return true if it has
     */
    public boolean hasFeature(int feature) {
        return (featureBits & feature) == feature;
    }

    /**
     * The release of the running kernel.
     *
     * @return for example {@code 6.1.0-18-amd64}
     */
    public String kernelRelease() {
        return kernelRelease;
    }

    /**
     * The flags the ring was set up with, as the kernel returned them.
     *
     * @return {@link SetupFlags}
     */
    public int setupFlags() {
        return setupFlags;
    }

    @Override
    public String toString() {
        return "RingFeatures[kernel " + kernelRelease + ", setup flags 0x" + Integer.toHexString(setupFlags)
                + ", features 0x" + Integer.toHexString(featureBits) + ", " + opcodes.cardinality() + " operations]";
    }
}
