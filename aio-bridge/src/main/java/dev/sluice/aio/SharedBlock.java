package dev.sluice.aio;

import java.nio.ByteBuffer;

/**
 * A filled buffer that several sends and writes use at once, each by a read-only {@linkplain #view view} of its own: the memory goes
 * back when the last of them and the block itself are released. Until then it is charged to the container that it was leased
 * for.
 *
 * <p>Views are counted, not kept: each is an object of its own, so that one that is kept too long is found out at its next use.
 * Belongs to the thread of its queue.
 */
public final class SharedBlock {
    private final IoBuffer filled;
    private final BufferHome views;
    private final ByteBuffer content;

    /** Where the content begins. */
    private final int offset;

    /** Views that are not released, and the block itself. */
    private int users = 1;

    private boolean released;

    /** Takes over a buffer of which nobody writes any more. */
    SharedBlock(IoBuffer filled) {
        this.filled = filled;
        offset = filled.bytes().position();
        content = filled.bytes().slice().asReadOnlyBuffer();
        views = new Views(filled.home());
        filled.share();
    }

    /**
     * Returns how many bytes the block has.
     *
     * @return what was remaining in the buffer when it was shared
     */
    public int lengthBytes() {
        return content.capacity();
    }

    /**
     * Returns how many views are not released yet.
     *
     * @return the count
     */
    public int views() {
        return users - (released ? 0 : 1);
    }

    /**
     * Makes a view of all that the block has.
     *
     * @return as {@link #view(int, int)}
     * @throws IllegalStateException as {@link #view(int, int)}
     */
    public IoBuffer view() {
        return view(0, lengthBytes());
    }

    /**
     * Makes a view, to be sent or written as any other buffer, and to be {@linkplain IoBuffer#release() released} after that. Nothing
     * can be received or read into it.
     *
     * @param from in the block
     * @param viewBytes how many, from there
     * @return the view, the caller's
     * @throws IndexOutOfBoundsException if the block has not as many
     * @throws IllegalStateException if the block was released, or the queue is closed, or the calling thread is not that of the queue
     */
    public IoBuffer view(int from, int viewBytes) {
        filled.home().lateReleases().checkUsable("a shared block");
        checkNotReleased("the block was released: it has no more views");
        final ByteBuffer bytes = content.slice(from, viewBytes);
        final IoBuffer view = new IoBuffer(views, 0, bytes, filled.address() + offset + from, filled.registeredIndex());
        view.lease(filled.holder(), filled.leasedNs());
        users++;
        return view;
    }

    /**
     * Releases the block itself: no more views can be made. The memory goes back with the last view.
     *
     * @throws IllegalStateException if it was released already, or the calling thread is not that of the queue
     */
    public void release() {
        checkNotReleased("the block was released twice");
        released = true;
        userGone();
    }

    private void checkNotReleased(String message) {
        filled.home().lateReleases().checkOwner("a shared block");
        if (released) {
            throw new IllegalStateException(message);
        }
    }

    private final class Views extends BufferHome {
        Views(BufferHome ofBlock) {
            super(ofBlock.lateReleases(), false);
        }

        @Override
        void takeBack(IoBuffer view) {
            view.forgetHolder();
            userGone();
        }
    }

    private void userGone() {
        users--;
        if (users == 0) {
            filled.releaseShared();
        }
    }
}
