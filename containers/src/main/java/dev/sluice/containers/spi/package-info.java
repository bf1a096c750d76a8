/**
 * What the layers above do to containers and servers must not: bind a scheduler or limits, charge. Exported to {@code dev.sluice.events} and
 * {@code dev.sluice.aio} alone. Knows nothing of the package above it, whose containers are {@linkplain
 * dev.sluice.containers.spi.ContainerNode nodes} here.
 */
@NullMarked
package dev.sluice.containers.spi;

import org.jspecify.annotations.NullMarked;
