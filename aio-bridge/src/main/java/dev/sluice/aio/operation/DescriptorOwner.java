// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.operation;

/** Has a descriptor of its own, whose operations are steps of something else: they end without an event. */
public interface DescriptorOwner {
    /**
     * An operation has ended. Called while completions are drained, when no SQE may be claimed, or from within the method that
     * began it.
     */
    void ended(DescriptorOperation operation, int result);
}
