// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.memory;

import java.nio.ByteBuffer;

/**
 * A filled block that several operations use at once, each by a view of its own: the memory goes back when the last of them and the
 * block itself are released. Views are counted, not kept: each is an object of its own, so that one that is kept too long is found out.
 */
public final class SharedViews {
    private final Block filled;
    private final BufferHome views;
    private final ByteBuffer content;

    /** Where the content begins. */
    private final int offset;

    /** Views that are not released, and the block itself. */
    private int users = 1;

    private boolean released;

    /** Takes over a buffer of which nobody writes any more. */
    SharedViews(Block filled) {
        this.filled = filled;
        offset = filled.bytes().position();
        content = filled.bytes().slice().asReadOnlyBuffer();
        views = new Views(filled.home());
        filled.share();
    }

    public int lengthBytes() {
        return content.capacity();
    }

    /** How many are not released. */
    public int views() {
        return users - (released ? 0 : 1);
    }

    /** Makes a view of a part; nothing can be received or read into it. */
    public Block view(int from, int viewBytes) {
        filled.home().lateReleases().checkUsable("a shared block");
        checkNotReleased("the block was released: it has no more views");
        final ByteBuffer bytes = content.slice(from, viewBytes);
        final Block view = new Block(views, 0, bytes, filled.address() + offset + from, filled.registeredIndex());
        view.lease(filled.holder(), filled.leasedNs());
        users++;
        return view;
    }

    /** No more views can be made. */
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
            super(ofBlock.settings(), false);
        }

        @Override
        protected void takeBack(Block view) {
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
