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
import java.util.Comparator;
import java.util.List;

/** java.nio: sockets that get a datagram each, and a pipe. */
final class SelectorBurst extends Burst {
    private final Selector selector = Selector.open();
    private final Pipe urgentPipe = Pipe.open();
    private final DatagramChannel sender = DatagramChannel.open();
    private final List<DatagramChannel> low = new ArrayList<>();
    private final List<SelectionKey> reported = new ArrayList<>();
    private final ByteBuffer octet = ByteBuffer.allocateDirect(1);
    private final boolean sorted;

    /** With {@code sorted} the urgent one comes first among those that one look reports, else they come as reported. */
    SelectorBurst(int lows, long handlerNs, boolean sorted) throws IOException {
        super(handlerNs);
        this.sorted = sorted;
        urgentPipe.source().configureBlocking(false);
        urgentPipe.source().register(selector, SelectionKey.OP_READ, 0);
        for (int i = 0; i < lows; i++) {
            final DatagramChannel channel = DatagramChannel.open();
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, 1);
            low.add(channel);
        }
        selector.selectNow(key -> {}); // epoll_ctl for all of them
    }

    @Override
    void signalLow(int index) throws IOException {
        sender.send(octet.clear(), low.get(index).getLocalAddress());
    }

    @Override
    void signalUrgent() throws IOException {
        urgentPipe.sink().write(octet.clear());
    }

    @Override
    void serve() throws IOException {
        reported.clear();
        selector.select(reported::add);
        if (sorted) {
            reported.sort(Comparator.comparingInt(key -> (int) key.attachment()));
        }
        for (final SelectionKey key : reported) {
            if (key.channel() instanceof DatagramChannel socket) {
                final long startNs = System.nanoTime();
                socket.receive(octet.clear());
                lowServed(startNs);
            } else {
                urgentHandedOut();
                urgentPipe.source().read(octet.clear());
            }
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
        sender.close();
        urgentPipe.sink().close();
        urgentPipe.source().close();
        for (final DatagramChannel channel : low) {
            channel.close();
        }
    }
}
