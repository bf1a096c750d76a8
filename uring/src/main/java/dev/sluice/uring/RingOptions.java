// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

/** The sizes of a ring. The set-up flags are not options: {@link dev.sluice.uring.kernel.KernelRing} takes the best the kernel has. */
public final class RingOptions {

    /** The kernel's limit of submission queue entries. */
    public static final int MAX_ENTRIES = 32_768;

    /** The kernel's limit of completion queue entries. */
    public static final int MAX_CQ_ENTRIES = 2 * MAX_ENTRIES;

    private final int entries;
    private final int cqEntries;

    private RingOptions(Builder builder) {
        this.entries = builder.entries;
        this.cqEntries = builder.cqEntries;
    }

    /**
     * Options with every default.
     *
     * @return 1,024 submission queue entries, 16,384 completion queue entries
     */
    public static RingOptions defaults() {
        return builder().build();
    }

    /**
     * Starts from the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Submission queue entries: how many operations one native call can start.
     *
     * @return the number asked for; the kernel rounds up to a power of two
     */
    public int entries() {
        return entries;
    }

    /**
     * Completion queue entries: how many completions can wait to be drained. When it is full the kernel keeps further completions aside
     * and ends multishot operations.
     *
     * @return the number asked for; the kernel rounds up to a power of two
     */
    public int cqEntries() {
        return cqEntries;
    }

    @Override
    public String toString() {
        return "RingOptions[entries=" + entries + ", cqEntries=" + cqEntries + "]";
    }

    /** Collects options; not for use by several threads. */
    public static final class Builder {

        private int entries = 1_024;
        private int cqEntries = 16_384;

        private Builder() {}

        /**
         * Sets the submission queue entries, 1,024 unless set.
         *
         * @param entries 1 to {@link RingOptions#MAX_ENTRIES}
         * @return this
         */
        public Builder entries(int entries) {
            this.entries = entries;
            return this;
        }

        /**
         * Sets the completion queue entries, 16,384 unless set. Best at least twice the descriptors that are polled.
         *
         * @param cqEntries at least the submission queue entries, at most {@link RingOptions#MAX_CQ_ENTRIES}
         * @return this
         */
        public Builder cqEntries(int cqEntries) {
            this.cqEntries = cqEntries;
            return this;
        }

        /**
         * Validates and builds.
         *
         * @return the options
         * @throws IllegalArgumentException if a size is out of its range
         */
        public RingOptions build() {
            if (entries < 1 || entries > MAX_ENTRIES) {
                throw new IllegalArgumentException("entries must be 1 to " + MAX_ENTRIES + ": " + entries);
            }
            if (cqEntries < entries || cqEntries > MAX_CQ_ENTRIES) {
                throw new IllegalArgumentException(
                        "cqEntries must be " + entries + " (entries) to " + MAX_CQ_ENTRIES + ": " + cqEntries);
            }
            return new RingOptions(this);
        }
    }
}
