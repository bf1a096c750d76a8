// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.memory;

import java.util.function.Function;

/**
 * What all blocks of a queue have in common.
 *
 * @param lateReleases what other threads give back
 * @param checked whether each lease is an object of its own, of which nothing can be had once it was released
 * @param faces makes what the application has of a block
 */
public record BlockSettings(LateReleases lateReleases, boolean checked, Function<Block, Object> faces) {}
