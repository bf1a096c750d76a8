// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.Event;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.AllocateMode;
import dev.sluice.uring.linux.Errno;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A file that one actor writes in blocks, each stamped with a version, and reads back: what it reads is what it wrote last, or, after a write
 * that failed or was stopped on the way, of each byte what one of the writes since has written.
 */
final class SoakFile extends SoakActor {
    private static final int BLOCKS = 4;

    private enum Doing {
        OPEN,
        STATUS,
        WRITE,
        READ,
        TRUNCATE,
        RENAME,
        UNLINK,
        SYNC_OR_HINT,
        CLOSE
    }

    private final RootDirectory root;
    private final int number;

    /** Whether the ring has all operations on files. */
    private final boolean full;

    private final int blockBytes;
    private final int sizeBytes;
    private final AsyncFile file;
    private final List<List<Integer>> versions = new ArrayList<>();

    /** All of it was written, and it was not shortened since. */
    private boolean whole;

    /** What is open is sure to have the name that this knows. */
    private boolean named;

    private boolean statusKnown;
    private int version;
    private int name;
    private int newName;
    private Doing doing;
    private boolean fullyRead;
    private int firstBlock;
    private int blocks;

    SoakFile(SoakRun run, RootDirectory root, int number, int blockBytes, boolean full) {
        super(run);
        this.blockBytes = blockBytes;
        sizeBytes = BLOCKS * blockBytes;
        this.root = root;
        this.number = number;
        this.full = full;
        file = run.io.newFile();
        for (int i = 0; i < BLOCKS; i++) {
            versions.add(new ArrayList<>());
        }
    }

    private String path(int which) {
        return "soak" + number + "." + which;
    }

    @Override
    void next() {
        if (!file.isOpen()) {
            if (run.isStopping()) {
                end();
            } else {
                open();
            }
        } else if (run.isStopping() || run.chance(1)) {
            doing = Doing.CLOSE;
            begunForSure(file.close());
        } else if (!statusKnown) {
            doing = Doing.STATUS;
            begun(file.statx());
        } else if (!whole) {
            write(0, BLOCKS, true);
        } else {
            useWhole();
        }
    }

    private void open() {
        doing = Doing.OPEN;
        whole = whole && named;
        statusKnown = false;
        final long id = file.open(root, path(name), OpenOptions.READ_WRITE_CREATE, run.container(), this);
        if (full) {
            begun(id);
        } else {
            begunForSure(id); // a simulated descriptor that comes late is none that the bridge can close
        }
    }

    private void useWhole() {
        final int luck = run.random.nextInt(100);
        if (luck < 30) {
            write(run.random.nextInt(BLOCKS), 1, run.chance(50));
        } else if (luck < 35) {
            write(0, BLOCKS, true);
        } else if (luck < 75) {
            read(run.random.nextInt(BLOCKS), 1, run.chance(50));
        } else if (luck < 80) {
            read(0, BLOCKS, true);
        } else if (luck < 84) {
            doing = Doing.STATUS;
            begun(file.statx());
        } else if (luck < 86) {
            doing = Doing.TRUNCATE;
            begun(file.truncate(run.random.nextInt(sizeBytes + 1), run.container(), this));
        } else if (luck < 90) {
            doing = Doing.RENAME;
            newName = 1 - name;
            begun(run.io.paths().rename(root, path(name), path(newName), 0, run.container(), this));
        } else if (luck < 92) {
            doing = Doing.UNLINK;
            begun(run.io.paths().unlink(root, path(name), run.container(), this));
        } else {
            syncOrHint(luck);
        }
    }

    private void syncOrHint(int luck) {
        doing = Doing.SYNC_OR_HINT;
        if (!full || luck < 94) {
            begun(run.chance(50) ? file.fsync(run.container(), this) : file.fdatasync(run.container(), this));
        } else if (luck < 97) {
            final int mode = run.chance(50) ? AllocateMode.FALLOC_FL_KEEP_SIZE : 0;
            begun(file.allocate(mode, 0L, sizeBytes, run.container(), this));
        } else {
            final int advice = run.random.nextInt(5); // NORMAL to DONTNEED
            begun(file.advise(advice, 0L, 0, run.container(), this));
        }
    }

    private void write(int first, int count, boolean fully) {
        if (!lease(count * blockBytes)) {
            return;
        }
        doing = Doing.WRITE;
        firstBlock = first;
        blocks = count;
        version++;
        final ByteBuffer bytes = buffer.bytes();
        for (int i = 0; i < count * blockBytes; i += Long.BYTES) {
            bytes.putLong(i, word(first * blockBytes + i, version));
        }
        final long position = (long) first * blockBytes;
        begun(
                fully
                        ? file.writeFully(buffer, position, run.container(), this)
                        : file.write(buffer, position, run.container(), this));
    }

    private void read(int first, int count, boolean fully) {
        if (!lease(count * blockBytes)) {
            return;
        }
        doing = Doing.READ;
        fullyRead = fully;
        firstBlock = first;
        blocks = count;
        final long position = (long) first * blockBytes;
        begun(
                fully
                        ? file.readFully(buffer, position, run.container(), this)
                        : file.read(buffer, position, run.container(), this));
    }

    private long word(int offset, int ofVersion) {
        return ((long) number << 44) ^ ((long) ofVersion << 20) ^ offset;
    }

    @Override
    void ended(Event event, int result) {
        switch (doing) {
            case OPEN -> {
                assertThat(event.operation()).isEqualTo(Opcode.OPENAT2);
                assertThat(result).as("asked again").isNotEqualTo(-Errno.EAGAIN);
                named = named || result >= 0; // of another file, perhaps, that is to be written first
            }
            case STATUS -> {
                statusKnown = statusKnown || result == 0;
                if (result == 0 && whole) {
                    assertThat(file.status().sizeBytes()).as("size of %s", this).isEqualTo(sizeBytes);
                }
            }
            case WRITE -> written(result);
            case READ -> verify(result);
            case TRUNCATE -> whole = false;
            case RENAME -> {
                named = named && result == 0;
                name = result == 0 ? newName : name;
            }
            case UNLINK -> named = false;
            case SYNC_OR_HINT -> {}
            case CLOSE -> assertThat(file.isOpen()).isFalse();
        }
    }

    private void written(int result) {
        final boolean complete = result == blocks * blockBytes;
        for (int block = firstBlock; block < firstBlock + blocks; block++) {
            if (complete) {
                versions.get(block).clear();
            }
            versions.get(block).add(version);
        }
        if (complete && blocks == BLOCKS) {
            whole = true;
        }
    }

    private void verify(int result) {
        final int count = Math.max(0, result);
        if (fullyRead && result >= 0) {
            assertThat(count).as("%s: bytes read", this).isEqualTo(blocks * blockBytes);
        }
        final ByteBuffer bytes = buffer.bytes();
        for (int i = 0; i < count; ) {
            final int offset = firstBlock * blockBytes + i;
            final List<Integer> candidates = versions.get(offset / blockBytes);
            if (count - i >= Long.BYTES && bytes.getLong(i) == word(offset, candidates.get(candidates.size() - 1))) {
                i += Long.BYTES; // the last version: all that there is as a rule
                continue;
            }
            final byte read = bytes.get(i++);
            assertThat(candidates.stream().anyMatch(candidate -> byteAt(offset, candidate) == read))
                    .as("%s: byte %d is of one of its versions %s", this, offset, candidates)
                    .isTrue();
        }
    }

    private byte byteAt(int offset, int ofVersion) {
        final int inWord = offset % Long.BYTES;
        final long word = word(offset - inWord, ofVersion);
        return (byte)
                (word >>> (Byte.SIZE * (Long.BYTES - 1 - inWord))); // a buffer is big-endian unless told otherwise
    }

    @Override
    public String toString() {
        return "file " + path(name) + " " + doing;
    }
}
