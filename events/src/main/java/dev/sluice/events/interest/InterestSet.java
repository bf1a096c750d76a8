// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.interest;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.reaping.Reaper;
import dev.sluice.events.reaping.Rearming;
import dev.sluice.events.table.UserData;
import dev.sluice.uring.linux.Errno;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The INTERESTED set: what is declared, by descriptor. Grows by segments, so that no turn of the loop copies what there is.
 *
 * @param <K> what a declaration is to those who declare
 */
public final class InterestSet<K extends Declaration> {
    private static final int SEGMENT_BITS = 10;
    private static final int SEGMENT_KEYS = 1 << SEGMENT_BITS;
    private static final int SEGMENT_MASK = SEGMENT_KEYS - 1;

    /**
     * Makes a declaration that is not armed.
     *
     * @param <K> what it is to those who declare
     */
    public interface Maker<K> {
        K make(Reaper reaper, int fd, int interestOps);
    }

    private final Reaper reaper;
    private final Maker<K> maker;

    /** By segment of descriptors, null where none was declared yet. */
    private Declaration[][] byFd = new Declaration[1][];

    private int size;

    public InterestSet(Reaper reaper, Maker<K> maker) {
        this.reaper = reaper;
        this.maker = maker;
    }

    public int size() {
        return size;
    }

    /** Returns what a descriptor is declared by, or null if it is not. */
    @SuppressWarnings("unchecked") // nothing but what the maker made is put in
    public K keyOf(int fd) {
        final int segment = fd >>> SEGMENT_BITS; // of what is negative none
        return segment < byFd.length && byFd[segment] != null ? (K) byFd[segment][fd & SEGMENT_MASK] : null;
    }

    public K declare(int fd, int interestOps, ResourceContainer container, Object attachment) {
        Declaration.check(interestOps);
        Objects.requireNonNull(container, "container");
        final K declared = keyOf(fd);
        if (declared != null) {
            declared.redeclare(interestOps, container, attachment);
            return declared;
        }
        checkPollable(fd);
        final K key = maker.make(reaper, fd, interestOps);
        if (!reaper.takeSlot(key, UserData.KIND_POLL, container, attachment)) {
            throw new IllegalStateException("cannot declare descriptor " + fd + ": all " + reaper.table.capacity()
                    + " slots are taken; raise EventQueueOptions.maxOperations");
        }
        add(fd, key);
        key.claimNow();
        return key;
    }

    /** All of them or, if one is refused or declared already, none. */
    public List<K> declareAll(int[] fds, int interestOps, ResourceContainer container, Object[] attachments) {
        final List<K> keys = new ArrayList<>(fds.length);
        try {
            for (int i = 0; i < fds.length; i++) {
                if (keyOf(fds[i]) != null) {
                    throw new IllegalArgumentException("descriptor " + fds[i] + " is declared already");
                }
                keys.add(declare(fds[i], interestOps, container, attachments[i]));
            }
        } catch (RuntimeException e) {
            keys.forEach(this::revoke);
            throw e;
        }
        return keys;
    }

    /** False if it is revoked already, or not of this set. */
    public boolean revoke(Declaration key) {
        return keyOf(key.descriptor()) == key && revokeDescriptor(key.descriptor());
    }

    /** False if the descriptor is not declared. */
    public boolean revokeDescriptor(int fd) {
        final K key = keyOf(fd);
        if (key == null || !key.isDeclared()) {
            return false;
        }
        byFd[fd >>> SEGMENT_BITS][fd & SEGMENT_MASK] = null;
        size--;
        key.revoke();
        return true;
    }

    /** The keys are revoked one by one where their slots are. */
    public void clear() {
        Arrays.fill(byFd, null);
        size = 0;
    }

    private void add(int fd, Declaration key) {
        final int segment = fd >>> SEGMENT_BITS;
        if (segment >= byFd.length) {
            byFd = Arrays.copyOf(byFd, Math.max(segment + 1, byFd.length * 2));
        }
        if (byFd[segment] == null) {
            byFd[segment] = new Declaration[SEGMENT_KEYS];
        }
        byFd[segment][fd & SEGMENT_MASK] = key;
        size++;
    }

    private void checkPollable(int fd) {
        final int result = reaper.ring.checkPollable(fd);
        if (result == -Errno.EPERM) {
            throw new IllegalArgumentException(
                    "descriptor " + fd + " is a regular file or a directory, which poll(2) finds"
                            + " always ready: start a read on an AsyncFile, its completion is the event; of a directory list"
                            + " the entries by BlockingWork, or watch it by FileWatches");
        }
        if (Rearming.isShortage(result)) {
            throw Errno.unchecked("declareInterest(descriptor " + fd + ")", -result);
        }
        if (result < 0) {
            throw new IllegalArgumentException(Errno.describe("declareInterest", "descriptor " + fd, -result));
        }
    }
}
