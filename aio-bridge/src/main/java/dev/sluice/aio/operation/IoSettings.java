// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.operation;

import dev.sluice.aio.disk.AdmissionLimits;
import dev.sluice.aio.memory.Block;
import java.util.function.Function;

/**
 * How much there is for the operations of a queue; each as in {@code dev.sluice.aio.AsyncIoOptions}.
 *
 * @param admission how much may be with the kernel
 * @param descriptors how many may be open
 * @param descriptorsReserved how many of these are kept for high bands
 * @param arenaBytes how much memory can be leased
 * @param arenaReservedBytes how much of it is kept for high bands
 * @param registeredBuffers whether that memory is registered with the ring
 * @param checkedBuffers whether each lease is an object of its own
 * @param faces makes what the application has of a block
 */
public record IoSettings(
        AdmissionLimits admission,
        long descriptors,
        long descriptorsReserved,
        long arenaBytes,
        long arenaReservedBytes,
        boolean registeredBuffers,
        boolean checkedBuffers,
        Function<Block, Object> faces) {}
