// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.line.Supply;
import dev.sluice.aio.line.WaitingOperation;
import dev.sluice.aio.operation.IoContext;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import dev.sluice.uring.Opcode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A bounded amount of something that containers take for a while and give back, with a reserve for high bands: those of {@link
 * Priority#HIGH} and above unless it was made for others. Whoever finds not enough of it waits in one line, and the turn is an event of the queue: the
 * highest band first, within it who has used least for its share of what was waited for, then in the order of arrival. Those whose container, or
 * one of its ancestors, has as much as its {@linkplain ResourceContainer#setLimit limit} allows are set aside until it has
 * less, and hold up nobody else.
 *
 * <p>Belongs to the thread of its queue.
 */
public final class Allowance {
    private final IoContext io;
    private final Supply supply;

    Allowance(IoContext io, Supply supply) {
        this.io = io;
        this.supply = supply;
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
        if (!supply.mayTake(amount, container)) {
            return false;
        }
        supply.took(amount, container);
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
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED} when too many operations are under way
     * @throws IllegalArgumentException as {@link #tryTake}
     * @throws IllegalStateException as {@link #tryTake}
     */
    public long take(long amount, ResourceContainer container, @Nullable Object attachment) {
        Objects.requireNonNull(container, "container");
        check(amount);
        return supply.await(new TakeOperation(), amount, container, attachment);
    }

    /**
     * As {@link #take(long, ResourceContainer, Object)}, for a lambda.
     *
     * @param amount at least 1
     * @param container who has it then, with its ancestors; the event comes at its priority
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long take(long amount, ResourceContainer container, @Nullable EventHandler handler) {
        return take(amount, container, (Object) handler);
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
        final long taken = supply.inUse(container);
        if (amount < 1L || amount > taken) {
            throw new IllegalArgumentException("not taken: " + supply.resource() + "=" + amount + ", in use " + taken
                    + " of " + supply.inUse() + ", container=" + container.path());
        }
        supply.gaveBack(amount, container);
    }

    /**
     * Returns how much there is.
     *
     * @return taken or not
     */
    public long capacity() {
        return supply.capacity();
    }

    /**
     * Returns how much of it is kept for high bands.
     *
     * @return less than {@link #capacity()}
     */
    public long reserved() {
        return supply.reserved();
    }

    /**
     * Returns how much is taken.
     *
     * @return by all containers together
     */
    public long inUse() {
        return supply.inUse();
    }

    /**
     * Returns how many operations wait for some.
     *
     * @return those included that only their containers' limits keep back
     */
    public int waiting() {
        return supply.waitingCount();
    }

    /**
     * Tells whether little is left for a container: more than half of what its band can have is taken, or of what it or one of
     * its ancestors may have. What may be kept for long without being used is better given back then, or not taken at all.
     *
     * @param container who asks
     * @return true if so, or somebody waits
     */
    public boolean isShort(ResourceContainer container) {
        return supply.isShort(container);
    }

    /** What it counts by, for an operation of {@code user}. */
    Supply supplyOf(IoContext user) {
        if (user != io) {
            throw new IllegalArgumentException("the allowance of " + supply.resource() + " is another queue's");
        }
        return supply;
    }

    private void check(long amount) {
        final long most = supply.capacity() - supply.reserved();
        if (amount < 1L || amount > most) {
            throw new IllegalArgumentException(
                    "amount must be 1.." + most + " of " + supply.resource() + ": amount=" + amount);
        }
    }

    private final class TakeOperation extends WaitingOperation {
        TakeOperation() {
            super(io.port(), supply);
        }

        @Override
        public void granted() {
            end(0, null);
        }

        @Override
        protected String describe() {
            return Opcode.name(operation()) + " that waits for " + amount() + " of " + supply.resource();
        }
    }
}
