// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;

/** java.nio: the read ends of pipes are active, spread evenly among sockets that nobody sends to. */
final class SelectorDescriptors implements ActiveDescriptors {
    private final Selector selector = Selector.open();
    private final ByteBuffer octet = ByteBuffer.allocateDirect(1);
    private final Pipe[] pipes;
    private final List<DatagramChannel> idle = new ArrayList<>();

    SelectorDescriptors(int declared, int active) throws IOException {
        pipes = new Pipe[active];
        final int stride = declared / active;
        for (int i = 0; i < declared; i++) {
            if (i % stride == 0 && i / stride < active) {
                final Pipe pipe = Pipe.open();
                pipe.source().configureBlocking(false);
                pipe.source().register(selector, SelectionKey.OP_READ);
                pipes[i / stride] = pipe;
            } else {
                final DatagramChannel channel = DatagramChannel.open();
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ);
                idle.add(channel);
            }
        }
        selector.selectNow(key -> {}); // epoll_ctl for all of them
    }

    @Override
    public void signalAll() throws IOException {
        for (final Pipe pipe : pipes) {
            check(pipe.sink().write(octet.clear()));
        }
    }

    @Override
    public int dequeue() throws IOException {
        return selector.select(key -> {});
    }

    @Override
    public void resetAll() throws IOException {
        for (final Pipe pipe : pipes) {
            check(pipe.source().read(octet.clear()));
        }
    }

    private static void check(int transferred) {
        if (transferred != 1) {
            throw new IllegalStateException("a pipe did not take or give its byte: " + transferred);
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
        for (final Pipe pipe : pipes) {
            pipe.sink().close();
            pipe.source().close();
        }
        for (final DatagramChannel channel : idle) {
            channel.close();
        }
    }
}
