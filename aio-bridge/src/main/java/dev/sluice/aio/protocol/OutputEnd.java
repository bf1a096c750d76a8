// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

/** The end of what this side sends: told to the peer once, when all is sent. */
final class OutputEnd {
    private final Transport transport;
    private boolean asked;
    private boolean told;

    OutputEnd(Transport transport) {
        this.transport = transport;
    }

    void ask() {
        asked = true;
    }

    boolean isToBeTold() {
        return asked && !told;
    }

    void tell() {
        if (!told) {
            told = true;
            transport.endSending();
        }
    }
}
