// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.cache;

import dev.sluice.aio.file.FileOperations;
import dev.sluice.aio.file.FileTransfer;
import dev.sluice.aio.file.OpenFile;
import dev.sluice.aio.file.TransferChecks;
import dev.sluice.aio.memory.Block;
import dev.sluice.aio.operation.DescriptorOwner;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;

/** The read of a whole file for a {@link ContentTier}, of which only that is told. */
final class ContentRead extends FileTransfer {
    private final ContentTier tier;
    final KeptContent content;
    final Block block;

    private ContentRead(FileOperations files, ContentTier tier, KeptContent content, Block block) {
        super(files);
        this.tier = tier;
        this.content = content;
        this.block = block;
    }

    /** Reads what remains of the block; false if too many operations are under way, and the block is the caller's still. */
    static boolean begin(
            FileOperations files, ContentTier tier, KeptContent content, Block block, ResourceContainer container) {
        final OpenFile file = content.entry.file();
        TransferChecks.check(file, "read", block, 0L);
        final ContentRead read = new ContentRead(files, tier, content, block);
        if (file.begin(read, container, null) == OperationPort.BACK_PRESSURED) {
            return false;
        }
        read.set(false, true, block, 0L);
        read.submit();
        return true;
    }

    @Override
    protected DescriptorOwner owner() {
        return tier;
    }

    @Override
    protected void released() {
        forget();
    }
}
