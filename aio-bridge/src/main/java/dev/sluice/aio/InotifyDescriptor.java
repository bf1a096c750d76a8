package dev.sluice.aio;

/** An inotify instance that the ring polls for. */
abstract class InotifyDescriptor extends AsyncDescriptor {
    InotifyDescriptor(AsyncIo io) {
        super(io);
    }

    /** Reads what the kernel has noted until now; false if it was nothing. */
    abstract boolean drain(int fd);

    /** The poll has ended, as with the close. */
    void unpolled() {}
}
