// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.watch.PressureWatch;
import dev.sluice.events.InterestOps;
import java.nio.file.Path;

/**
 * Pressure on memory as readiness: an event whose mask is {@link InterestOps#EXCEPTIONAL} each time the trigger fires, at
 * most once in its window, for as long as the pressure lasts. {@link InterestOps#ERROR} comes when the control group is
 * gone. Made by {@link ProcessEvents#watchMemoryPressure}.
 *
 * <p>When it is closed the kernel waits until no processor uses the trigger any more, some 10 ms, in the enter that closes:
 * it is meant to live as long as its server. Belongs to the thread of its queue.
 *
 * @see <a href="https://docs.kernel.org/accounting/psi.html">PSI, pressure stall information</a>
 */
public final class MemoryPressure extends AsyncDescriptor {
    /** The pressure of the whole machine. Of a control group it is the group's {@code memory.pressure}. */
    public static final Path SYSTEM = Path.of("/proc/pressure/memory");

    MemoryPressure(PressureWatch watch) {
        super(watch);
    }
}
