/**
 * Admission: which operation may go to a disk, and when. Windows by physical disk, which the queues of a process share, filled in the order
 * of {@code dev.sluice.aio.line}; what is known of the page cache, so that cached reads go past them; and the kernel's workers. Knows a file
 * as what lies on a disk. Called by the operations above; not by servers, whose face of it is {@code dev.sluice.aio.PhysicalDisk}.
 */
package dev.sluice.aio.disk;
