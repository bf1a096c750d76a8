package dev.sluice.events;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Errno;
import java.util.Arrays;
import java.util.Objects;

/** The INTERESTED set: what is declared, by descriptor. Grows by segments, so that no turn of the loop copies what there is. */
final class InterestSet {
    private static final int SEGMENT_BITS = 10;
    private static final int SEGMENT_KEYS = 1 << SEGMENT_BITS;
    private static final int SEGMENT_MASK = SEGMENT_KEYS - 1;

    private final Reaper reaper;

    /** By segment of descriptors, null where none was declared yet. */
    private InterestKey[][] keysByFd = new InterestKey[1][];

    private int size;

    InterestSet(Reaper reaper) {
        this.reaper = reaper;
    }

    int size() {
        return size;
    }

    /** Returns the key of a descriptor, or null if it is not declared. */
    InterestKey keyOf(int fd) {
        final int segment = fd >>> SEGMENT_BITS; // of what is negative none
        return segment < keysByFd.length && keysByFd[segment] != null ? keysByFd[segment][fd & SEGMENT_MASK] : null;
    }

    InterestKey declare(int fd, int interestOps, ResourceContainer container, Object attachment) {
        InterestOps.check(interestOps);
        Objects.requireNonNull(container, "container");
        final InterestKey declared = keyOf(fd);
        if (declared != null) {
            declared.redeclare(interestOps, reaper.signalled.placeOf(container), attachment);
            return declared;
        }
        checkPollable(fd);
        final InterestKey key = new InterestKey(reaper, fd, interestOps);
        if (!reaper.takeSlot(key, UserData.KIND_POLL, container)) {
            throw new IllegalStateException("cannot declare descriptor " + fd + ": all " + reaper.table.capacity()
                    + " slots are taken; raise EventQueueOptions.maxOperations");
        }
        key.attachment = attachment;
        add(key);
        key.arm();
        return key;
    }

    boolean revoke(InterestKey key) {
        if (!key.isValid() || keyOf(key.fd()) != key) {
            return false;
        }
        keysByFd[key.fd() >>> SEGMENT_BITS][key.fd() & SEGMENT_MASK] = null;
        size--;
        key.revoke();
        return true;
    }

    /** The keys are revoked one by one where their slots are. */
    void clear() {
        Arrays.fill(keysByFd, null);
        size = 0;
    }

    private void add(InterestKey key) {
        final int segment = key.fd() >>> SEGMENT_BITS;
        if (segment >= keysByFd.length) {
            keysByFd = Arrays.copyOf(keysByFd, Math.max(segment + 1, keysByFd.length * 2));
        }
        if (keysByFd[segment] == null) {
            keysByFd[segment] = new InterestKey[SEGMENT_KEYS];
        }
        keysByFd[segment][key.fd() & SEGMENT_MASK] = key;
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
        if (result < 0) {
            throw new IllegalArgumentException(Errno.describe("declareInterest", "descriptor " + fd, -result));
        }
    }
}
