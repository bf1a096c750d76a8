package dev.sluice.containers;

/** To which thread a tree of containers belongs: that of the scheduler that serves it, until either has ended. */
final class TreeOwner {
    /** Null while no scheduler serves the tree. */
    private Thread thread;

    private SchedulerBinding binding;

    /** Throws if the calling thread may not use the tree, to which {@code container} belongs. A memory read. */
    void check(ResourceContainer container) {
        if (thread != null && thread != Thread.currentThread()) {
            checkEnded(container);
        }
    }

    private void checkEnded(ResourceContainer container) {
        final SchedulerBinding last = binding;
        final Thread owner = thread;
        if (last != null && !last.hasEnded() && owner != null && owner.isAlive()) {
            throw new IllegalStateException(
                    "container " + container.path() + " belongs, with its tree, to the thread of the"
                            + " queue that serves it, " + owner.getName() + ", not to "
                            + Thread.currentThread().getName()
                            + ": ask that thread to do it, as by a message to its queue; only usage() may be called from"
                            + " elsewhere");
        }
        thread = null;
        binding = null;
    }

    /** A container of the tree has the scheduler {@code after} in place of {@code before}, from the calling thread; null is none. */
    void bound(SchedulerBinding before, SchedulerBinding after) {
        if (after != null) {
            // The first one stands for all that follow: the last one would be kept when everybody else has forgotten
            // its container.
            if (thread != Thread.currentThread() || binding == null || binding.hasEnded()) {
                thread = Thread.currentThread();
                binding = after;
            }
        } else if (before == binding) {
            thread = null;
            binding = null;
        }
    }
}
