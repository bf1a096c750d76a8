// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.memory;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * 256 KiB of registered memory, leased in blocks of 4 sizes, each 4 times the one before and at a multiple of its own size. What is free
 * is one bit a page, so that neighbours that were given back are one larger block again without anybody's doing. A block comes from the
 * smallest hole that it fits in, and of those from the first.
 */
final class BufferSlab extends BufferHome {
    static final int BYTES = 256 * 1024;
    static final int PAGE_BYTES = 4096;

    /** Sizes of blocks. */
    static final int CLASSES = 4;

    /** The largest class of a slab that has no page left. */
    static final int FULL = -1;

    /** The pages of a block at page 0, by class. */
    private static final long[] PAGES_OF = {0x1L, 0xFL, 0xFFFFL, -1L};

    /** Where blocks begin, by class. */
    private static final long[] STARTS_OF = {-1L, 0x1111_1111_1111_1111L, 0x0001_0001_0001_0001L, 0x1L};

    /** The place of the first block in {@link #blocks}, by class. */
    private static final int[] FIRST_INDEX_OF = {0, 64, 80, 84};

    private static final int BLOCKS = 85;

    private final Arena arena;
    private final ByteBuffer bytes;
    private final long address;
    private final int registeredIndex;

    /** Made at first use; checked ones are replaced at each. */
    private final Block[] blocks = new Block[BLOCKS];

    private long freePages = -1L;

    /** As the arena knows it: the list that this is in. */
    int largestClass = FULL;

    BufferSlab next;
    BufferSlab previous;

    BufferSlab(Arena arena, ByteBuffer bytes, long address, int registeredIndex) {
        super(arena.settings());
        this.arena = arena;
        this.bytes = bytes;
        this.address = address;
        this.registeredIndex = registeredIndex;
    }

    /** The smallest class of at least {@code minBytes}. */
    static int classOf(int minBytes) {
        final int lastPage = (minBytes - 1) / PAGE_BYTES;
        return (Integer.SIZE - Integer.numberOfLeadingZeros(lastPage) + 1) / 2;
    }

    static int bytesOf(int sizeClass) {
        return PAGE_BYTES << (2 * sizeClass);
    }

    /** The largest class of which a block is free, or {@link #FULL}. */
    int largestFree() {
        return freePages == -1L ? CLASSES - 1 : largestFree(CLASSES - 2);
    }

    /** The same if there is none above {@code atMost}. */
    int largestFree(int atMost) {
        int sizeClass = atMost;
        while (sizeClass >= 0 && starts(sizeClass) == 0L) {
            sizeClass--;
        }
        return sizeClass;
    }

    /** Where the free blocks of a class begin. */
    private long starts(int sizeClass) {
        long free = freePages;
        for (int pages = 1; pages < 1 << (2 * sizeClass); pages <<= 1) {
            free &= free >>> pages;
        }
        return free & STARTS_OF[sizeClass];
    }

    /** Takes a block of a class that has one free. */
    Block take(int sizeClass) {
        final long all = starts(sizeClass);
        long best = 0L;
        for (int larger = sizeClass + 1; larger < CLASSES && best == 0L; larger++) {
            best = all & ~(starts(larger) * PAGES_OF[larger]); // those not in a free block of the larger class
        }
        final int page = Long.numberOfTrailingZeros(best == 0L ? all : best);
        freePages &= ~(PAGES_OF[sizeClass] << page);
        final int index = FIRST_INDEX_OF[sizeClass] + (page >> (2 * sizeClass));
        if (blocks[index] == null || isChecked()) {
            final int offset = page * PAGE_BYTES;
            blocks[index] =
                    new Block(this, page, bytes.slice(offset, bytesOf(sizeClass)), address + offset, registeredIndex);
        }
        return blocks[index];
    }

    @Override
    protected void takeBack(Block block) {
        freePages |= PAGES_OF[classOf(block.capacityBytes())] << block.index();
        arena.gaveBack(this, block.capacityBytes(), block.forgetHolder());
    }

    Stream<Block> blocks() {
        return Arrays.stream(blocks).filter(Objects::nonNull);
    }
}
