// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.cache;

/** Something that there is only so much room for: how often it was asked for, and where it is in the order of use. */
abstract class Ranked<T extends Ranked<T>> {
    /** A look at many things, each of them once or twice, is no sign that they are wanted again. */
    private static final int OFTEN = 3;

    /** Neighbours in the {@link UseOrder}. */
    T older;

    T newer;

    /** Null if it is in no order. */
    UseOrder.Half<T> half;

    private int uses;

    /** How much room it takes. */
    abstract long weight();

    /** It is asked for. */
    final void use() {
        if (uses < OFTEN) {
            uses++;
        }
    }

    final boolean isUsedAgain() {
        return uses > 1;
    }

    final boolean isUsedOften() {
        return uses == OFTEN;
    }
}
