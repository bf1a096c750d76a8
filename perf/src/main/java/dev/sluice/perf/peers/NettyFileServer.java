// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.peers;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.nio.file.Path;

/**
 * A Netty file server as its users write it: epoll or io_uring, one event loop, the HTTP codec, file regions (sendfile; over
 * io_uring splice).
 */
public final class NettyFileServer {
    static final String IO_URING = "io_uring";

    private NettyFileServer() {}

    /**
     * Serves a directory until SIGTERM.
     *
     * @param arguments the directory, the address, the port, and {@code io_uring} if not epoll
     * @throws Exception if it cannot listen
     */
    public static void main(String[] arguments) throws Exception {
        final Path root = Path.of(arguments[0]).toRealPath();
        final String host = arguments[1];
        final int port = Integer.parseInt(arguments[2]);
        final boolean ioUring = arguments.length > 3 && arguments[3].equals(IO_URING);
        final IoHandlerFactory handler = ioUring ? IoUringIoHandler.newFactory() : EpollIoHandler.newFactory();
        final Class<? extends ServerSocketChannel> channelClass =
                ioUring ? IoUringServerSocketChannel.class : EpollServerSocketChannel.class;
        final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, handler);
        try {
            final Channel listener = new ServerBootstrap()
                    .group(loop)
                    .channel(channelClass)
                    .option(ChannelOption.SO_BACKLOG, 4096)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childHandler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel channel) {
                            channel.pipeline().addLast(new HttpServerCodec(), new NettyFileHandler(root));
                        }
                    })
                    .bind(host, port)
                    .sync()
                    .channel();
            System.out.println("netty serves " + root + " at " + listener.localAddress());
            listener.closeFuture().sync();
        } finally {
            loop.shutdownGracefully().sync();
        }
    }
}
