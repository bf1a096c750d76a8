package dev.sluice.aio;

/**
 * Remembers of which files the page cache answered the last read. A hint that costs a memory read: entries overwrite
 * each other, and a wrong answer costs one of the surprises that the window allows.
 */
final class InlineHistory {
    private static final int ENTRIES = 1 << 14;

    private final long[] files = new long[ENTRIES];

    boolean lastReadWasInline(long file) {
        return files[index(file)] == file;
    }

    void record(long file, boolean inline) {
        final int index = index(file);
        if (inline) {
            files[index] = file;
        } else if (files[index] == file) {
            files[index] = 0L;
        }
    }

    /** One number for a file of a device; never 0. */
    static long identify(long device, long inode) {
        final long mixed = (inode ^ Long.rotateLeft(device, 32)) * 0x9E37_79B9_7F4A_7C15L;
        return mixed == 0L ? 1L : mixed;
    }

    private static int index(long file) {
        return (int) (file >>> 40) & (ENTRIES - 1);
    }
}
