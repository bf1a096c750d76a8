// SPDX-License-Identifier: Apache-2.0
package dev.sluice.containers;

/**
 * What a container and all its descendants have used, as a snapshot.
 *
 * @param events events handed to handlers
 * @param cpuNs time between handing out an event and asking for the next one, in nanoseconds
 * @param diskOperations completed operations on files
 * @param diskBytes bytes read from and written to files
 * @param diskWaitNs time from asking for an operation on a file until its completion was seen, in nanoseconds; a handler asks at the
 *     time at which it was called
 * @param socketBytes bytes received from and sent to sockets
 * @param descriptors {@linkplain Resource#DESCRIPTORS descriptors} in use now
 */
public record Usage(
        long events,
        long cpuNs,
        long diskOperations,
        long diskBytes,
        long diskWaitNs,
        long socketBytes,
        long descriptors) {}
