/**
 * For layers that offer operations on a queue: {@link dev.sluice.events.operation.Operation} is subclassed and driven through {@link
 * dev.sluice.events.operation.OperationPort}. Exported to {@code dev.sluice.aio}; a server never calls it.
 */
@NullMarked
package dev.sluice.events.operation;

import org.jspecify.annotations.NullMarked;
