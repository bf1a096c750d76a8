// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;

/** java.nio: sockets with a datagram that nobody receives, so that all of them are always ready, and an urgent pipe. */
final class SelectorBacklog implements LowBacklog {
    private final Selector selector = Selector.open();
    private final Pipe urgentPipe = Pipe.open();
    private final List<DatagramChannel> low = new ArrayList<>();
    private final ByteBuffer sent = ByteBuffer.allocateDirect(1);
    private final ByteBuffer received = ByteBuffer.allocateDirect(1);
    private final long handlerNs;

    SelectorBacklog(int pending, long handlerNs) throws IOException {
        this.handlerNs = handlerNs;
        urgentPipe.source().configureBlocking(false);
        urgentPipe.source().register(selector, SelectionKey.OP_READ);
        try (DatagramChannel sender = DatagramChannel.open()) {
            for (int i = 0; i < pending; i++) {
                final DatagramChannel channel = DatagramChannel.open();
                channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ);
                sender.send(sent.clear(), channel.getLocalAddress());
                low.add(channel);
            }
        }
    }

    @Override
    public void sendUrgent() throws IOException {
        urgentPipe.sink().write(sent.clear());
    }

    @Override
    public void serve(UrgentSamples urgent) throws IOException {
        while (!urgent.enough()) {
            selector.select();
            for (final SelectionKey key : selector.selectedKeys()) {
                final long startNs = System.nanoTime();
                if (key.channel() == urgentPipe.source()) {
                    urgentPipe.source().read(received.clear());
                    urgent.handedOut(startNs);
                } else {
                    Handling.until(startNs, handlerNs);
                }
            }
            selector.selectedKeys().clear();
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
        urgentPipe.sink().close();
        urgentPipe.source().close();
        for (final DatagramChannel channel : low) {
            channel.close();
        }
    }
}
