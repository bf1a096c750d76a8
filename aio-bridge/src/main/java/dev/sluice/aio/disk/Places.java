// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

import dev.sluice.aio.line.LineOperation;

/** What an {@link AdmissionWindow} lets operations have, and counts. */
interface Places {
    /** Whether there is one, of so many, of which {@code others} are taken by what was not admitted. */
    boolean hasRoom(LineOperation operation, int limit, int others);

    /** Takes one if there is one. */
    boolean take(int limit, int others);

    void giveBack();
}
