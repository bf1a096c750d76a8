// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import dev.sluice.aio.FileStatus;

/**
 * What tells one content of a file from another: a copy of what its status said, which does not change as the status does.
 *
 * @param sizeBytes its size
 * @param modifiedSeconds when the content last changed, since 1970; anybody who may write the file can set it
 * @param modifiedNanos the part of that below a second
 * @param changedSeconds when anything of the file last changed, since 1970; nobody can set it
 * @param changedNanos the part of that below a second
 * @param inode its number within the device
 */
public record FileVersion(
        long sizeBytes, long modifiedSeconds, int modifiedNanos, long changedSeconds, int changedNanos, long inode) {
    /**
     * Copies what tells versions apart.
     *
     * @param status of a regular file
     * @return the version
     */
    public static FileVersion of(FileStatus status) {
        return new FileVersion(
                status.sizeBytes(),
                status.modifiedSeconds(),
                status.modifiedNanos(),
                status.changedSeconds(),
                status.changedNanos(),
                status.inode());
    }

    /**
     * Tells whether a status is still that of this version. Allocates nothing: for who remembers what he made of a version.
     *
     * @param status of the file now
     * @return true if nothing differs
     */
    public boolean isOf(FileStatus status) {
        return changedNanos == status.changedNanos()
                && changedSeconds == status.changedSeconds()
                && modifiedNanos == status.modifiedNanos()
                && modifiedSeconds == status.modifiedSeconds()
                && sizeBytes == status.sizeBytes()
                && inode == status.inode();
    }
}
