// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.ReceiveFixture.Way;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Receives into blocks over TCP, in each of the ways there are. */
@Tag("kernel-ring")
@ParameterizedClass
@EnumSource(Way.class)
abstract class ReceiveTests {
    static final int BLOCK_BYTES = ReceiveFixture.BLOCK_BYTES;

    @Parameter
    Way way;

    @AutoClose
    ReceiveFixture fixture;

    AioFixture aio;

    @BeforeEach
    final void open() {
        fixture = new ReceiveFixture(way, null);
        aio = fixture.aio;
    }
}
