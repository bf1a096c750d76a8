// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.memory.SharedViews;

/**
 * A filled buffer that several sends and writes use at once, each by a read-only {@linkplain #view view} of its own: the memory goes
 * back when the last of them and the block itself are released. Until then it is charged to the container that it was leased
 * for.
 *
 * <p>Views are counted, not kept: each is an object of its own, so that one that is kept too long is found out at its next use.
 * Belongs to the thread of its queue.
 */
public final class SharedBlock {
    private final SharedViews views;

    /** Another's, who releases it by himself. */
    private final boolean ofCache;

    private SharedBlock(SharedViews views, boolean ofCache) {
        this.views = views;
        this.ofCache = ofCache;
    }

    SharedBlock(SharedViews views) {
        this(views, false);
    }

    static SharedBlock ofCache(SharedViews views) {
        return new SharedBlock(views, true);
    }

    boolean isOf(SharedViews other) {
        return views == other;
    }

    /**
     * Returns how many bytes the block has.
     *
     * @return what was remaining in the buffer when it was shared
     */
    public int lengthBytes() {
        return views.lengthBytes();
    }

    /**
     * Returns how many views are not released yet.
     *
     * @return the count
     */
    public int views() {
        return views.views();
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
    @SuppressWarnings("NullAway") // there is a view, and so what the application has of it
    public IoBuffer view(int from, int viewBytes) {
        return IoBuffer.of(views.view(from, viewBytes));
    }

    /**
     * Releases the block itself: no more views can be made. The memory goes back with the last view.
     *
     * @throws IllegalStateException if it was released already, is a {@linkplain CachedFile#content() cache's}, or the calling thread is not
     *     that of the queue
     */
    public void release() {
        if (ofCache) {
            throw new IllegalStateException("the block is the cache's, which releases it: release the views");
        }
        views.release();
    }
}
