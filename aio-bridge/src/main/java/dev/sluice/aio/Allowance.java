package dev.sluice.aio;

import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.OperationPort;
import dev.sluice.uring.Opcode;
import java.util.Objects;

/**
 * A bounded amount of something that containers take for a while and give back, with a reserve for high bands: those of {@link
 * Priority#HIGH} and above unless it was made for others. Whoever finds not enough of it waits in one line, and the turn is an event of the queue: the
 * highest band first, within it who has used least for its share, then in the order of arrival. Those whose container, or
 * one of its ancestors, has as much as its {@linkplain ResourceContainer#setLimit limit} allows are set aside until it has
 * less, and hold up nobody else.
 *
 * <p>Belongs to the thread of its queue.
 */
public final class Allowance extends Line {
    private final AsyncIo io;
    private final long capacity;
    private final long reserved;

    /** The lowest band that may have what is reserved. */
    private final int reservedFrom;

    private long inUse;

    Allowance(AsyncIo io, LineOrder order, Resource resource, long capacity, long reserved) {
        this(io, order, resource, capacity, reserved, Priority.HIGH);
    }

    Allowance(AsyncIo io, LineOrder order, Resource resource, long capacity, long reserved, int reservedFrom) {
        super(order, resource);
        this.reservedFrom = Priority.check(reservedFrom);
        if (capacity < 1L || reserved < 0L || reserved >= capacity) {
            throw new IllegalArgumentException("capacity must be above what is reserved, which must not be negative: "
                    + resource + ", capacity=" + capacity + ", reserved=" + reserved);
        }
        this.io = io;
        this.capacity = capacity;
        this.reserved = reserved;
    }

    /**
     * Takes some, if there is enough and nobody waits who goes first.
     *
     * @param amount at least 1
     * @param container who has it from now on, with its ancestors
     * @return false if nothing was taken: {@link #take} waits for it
     * @throws IllegalArgumentException if {@code amount} is less, or more than low bands can ever have
     * @throws IllegalStateException if the queue is closed, or the calling thread is not that of the queue
     */
    public boolean tryTake(long amount, ResourceContainer container) {
        io.port().checkUsable();
        Objects.requireNonNull(container, "container");
        check(amount);
        if (!mayTake(amount, container)) {
            return false;
        }
        took(amount, container);
        return true;
    }

    /**
     * Waits for some. The event's operation is {@code NOP} and its result 0 when the container has it, until it is {@linkplain
     * #giveBack given back}; or {@code ECANCELED} by {@link AsyncIo#cancel}, {@code ETIME} by {@link AsyncIo#cancelAfter},
     * and nothing was taken.
     *
     * @param amount at least 1
     * @param container who has it then, with its ancestors; the event comes at its priority
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link OperationPort#BACK_PRESSURED} when too many operations are under way
     * @throws IllegalArgumentException as {@link #tryTake}
     * @throws IllegalStateException as {@link #tryTake}
     */
    public long take(long amount, ResourceContainer container, Object attachment) {
        Objects.requireNonNull(container, "container");
        check(amount);
        return await(new TakeOperation(), amount, container, attachment);
    }

    /**
     * Gives some back. Those whose turn has come have it at once, and their events follow.
     *
     * @param amount of what was taken
     * @param container the one that it was taken for, not an ancestor
     * @throws IllegalArgumentException if that is more than the container and its descendants have
     * @throws IllegalStateException if the calling thread is not that of the queue
     */
    public void giveBack(long amount, ResourceContainer container) {
        io.checkOwner("an allowance");
        Objects.requireNonNull(container, "container");
        final long taken = Math.min(inUse, ContainerLimits.of(container, order).inUse(resource));
        if (amount < 1L || amount > taken) {
            throw new IllegalArgumentException("not taken: " + resource + "=" + amount + ", in use " + taken + " of "
                    + inUse + ", container=" + container.path());
        }
        gaveBack(amount, container);
    }

    /**
     * Returns how much there is.
     *
     * @return taken or not
     */
    public long capacity() {
        return capacity;
    }

    /**
     * Returns how much of it is kept for high bands.
     *
     * @return less than {@link #capacity()}
     */
    public long reserved() {
        return reserved;
    }

    /**
     * Returns how much is taken.
     *
     * @return by all containers together
     */
    public long inUse() {
        return inUse;
    }

    /**
     * Returns how many operations wait for some.
     *
     * @return those included that only their containers' limits keep back
     */
    public int waiting() {
        return heldCount();
    }

    /**
     * Tells whether little is left for a container: more than half of what its band can have is taken, or of what it or one of
     * its ancestors may have. What may be kept for long without being used is better given back then, or not taken at all.
     *
     * @param container who asks
     * @return true if so, or somebody waits
     */
    public boolean isShort(ResourceContainer container) {
        return isAwaited()
                || inUse > usable(container.effectivePriority()) / 2L
                || (order.isLimited() && ContainerLimits.of(container, order).isShort(resource));
    }

    private void check(long amount) {
        if (amount < 1L || amount > capacity - reserved) {
            throw new IllegalArgumentException(
                    "amount must be 1.." + (capacity - reserved) + " of " + resource + ": amount=" + amount);
        }
    }

    /** So many, or as many as every band can have at all. */
    long atMost(long amount) {
        return Math.min(amount, capacity - reserved);
    }

    private long usable(int band) {
        return band >= reservedFrom ? capacity : capacity - reserved;
    }

    @Override
    boolean hasRoom(LineOperation operation) {
        return operation.amount <= usable(operation.band) - inUse;
    }

    /** Takes out an operation that does not wait any more, if it does. */
    void withdraw(LineOperation waiter) {
        if (waiter.heap != null) {
            leave(waiter);
            serve(); // it may have been in the way of others
        }
    }

    /** Whether a container, or one of its ancestors, has a limit. */
    boolean isLimited(ResourceContainer container) {
        final ContainerLimits limits = ContainerLimits.of(container, order);
        return order.isLimited() && limits.isLimited(resource);
    }

    /** Whether {@code container} may take so much without waiting; null for what belongs to nobody. */
    boolean mayTake(long amount, ResourceContainer container) {
        final int band = container == null ? Priority.NORMAL : container.effectivePriority();
        return amount <= usable(band) - inUse
                && (!isAwaited() || firstBand() < band)
                && (container == null
                        || !order.isLimited()
                        || ContainerLimits.of(container, order).mayTake(this, amount, band));
    }

    void took(long amount, ResourceContainer container) {
        inUse += amount;
        if (container != null) {
            ContainerLimits.of(container, order).took(resource, amount);
        }
    }

    void gaveBack(long amount, ResourceContainer container) {
        inUse -= amount;
        if (container != null) {
            ContainerLimits.of(container, order).gaveBack(resource, amount);
        }
        if (isAwaited()) {
            serve();
        }
    }

    /** What one container has is another's from now on, whatever that may have. */
    void move(long amount, ResourceContainer from, ResourceContainer to) {
        if (from != to) {
            ContainerLimits.of(to, order).took(resource, amount);
            ContainerLimits.of(from, order).gaveBack(resource, amount);
            if (isAwaited()) {
                serve();
            }
        }
    }

    /** Whether a container could have so much now, and nobody waits. */
    boolean isFree(long amount, ResourceContainer container) {
        return !isAwaited()
                && amount <= usable(container.effectivePriority()) - inUse
                && (!order.isLimited() || ContainerLimits.of(container, order).isFree(resource, amount));
    }

    /** Whether a container may keep what could be given back: nobody waits whom that would help, and it has not as much as it may. */
    boolean mayKeep(ResourceContainer container) {
        return !isAwaitedFrom(container)
                && (!order.isLimited() || ContainerLimits.of(container, order).isFree(resource, 1L));
    }

    /** Whether somebody could go on if {@code container} gave some back. */
    boolean isAwaitedFrom(ResourceContainer container) {
        return isAwaited()
                || (order.isAnySetAside()
                        && ContainerLimits.of(container, order).isAwaited(this));
    }

    /** Has {@code operation} wait; its turn may have come already. */
    long await(WaitingOperation operation, long amount, ResourceContainer container, Object attachment) {
        final long id = operation.begin(container, attachment);
        if (id != OperationPort.BACK_PRESSURED) {
            enqueue(operation, amount, amount);
            serve();
        }
        return id;
    }

    @Override
    final SetAside keptBackIn(LineOperation operation) {
        return ((Waiter) operation).keptBackIn();
    }

    /** Lets go who can: something was given back, or a limit or a priority changed. */
    void serve() {
        for (LineOperation next = next(); next != null; next = next()) {
            inUse += next.amount;
            admitted(next);
            ((Waiter) next).granted();
        }
    }

    /** What waits here, and goes on with what it then has. */
    interface Waiter {
        /** There is enough for it: where it is set aside if it cannot take it all the same, else null. */
        default SetAside keptBackIn() {
            return null;
        }

        /** It has what it waited for. Not to claim an SQE: somebody may have given back what a completion told of. */
        void granted();
    }

    /** Waits in an {@link Allowance} for what it then has. An object is begun once. */
    abstract static class WaitingOperation extends HeldOperation implements Waiter {
        private final Allowance allowance;

        WaitingOperation(Allowance allowance) {
            super(allowance.io);
            this.allowance = allowance;
        }

        @Override
        protected void withdrawn() {
            allowance.withdraw(this);
        }
    }

    private final class TakeOperation extends WaitingOperation {
        TakeOperation() {
            super(Allowance.this);
        }

        @Override
        public void granted() {
            end(0, null);
        }

        @Override
        protected String describe() {
            return Opcode.name(operation()) + " that waits for " + amount + " of " + resource;
        }
    }
}
