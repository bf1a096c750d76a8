package dev.sluice.events;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Errno;
import java.util.Arrays;
import java.util.Objects;

/** The INTERESTED set: what is declared, by descriptor. */
final class InterestSet {
    private final Reaper reaper;
    private InterestKey[] keysByFd = new InterestKey[64];
    private int size;

    InterestSet(Reaper reaper) {
        this.reaper = reaper;
    }

    int size() {
        return size;
    }

    /** Returns the key of a descriptor, or null if it is not declared. */
    InterestKey keyOf(int fd) {
        return fd >= 0 && fd < keysByFd.length ? keysByFd[fd] : null;
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
        keysByFd[key.fd()] = null;
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
        if (key.fd() >= keysByFd.length) {
            keysByFd = Arrays.copyOf(keysByFd, Math.max(key.fd() + 1, keysByFd.length * 2));
        }
        keysByFd[key.fd()] = key;
        size++;
    }

    private void checkPollable(int fd) {
        final int result = reaper.ring.checkPollable(fd);
        if (result == -Errno.EPERM) {
            throw new IllegalArgumentException("descriptor " + fd + " is a regular file, which poll(2) finds always"
                    + " ready: start a read on an AsyncFile, its completion is the event");
        }
        if (result < 0) {
            throw new IllegalArgumentException(Errno.describe("declareInterest", "descriptor " + fd, -result));
        }
    }
}
