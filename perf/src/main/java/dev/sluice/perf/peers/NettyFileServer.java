package dev.sluice.perf.peers;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.nio.file.Path;

/** A Netty file server as its users write it: epoll, one event loop, the HTTP codec, file regions (sendfile). */
public final class NettyFileServer {
    private NettyFileServer() {}

    /**
     * Serves a directory on 127.0.0.1 until SIGTERM.
     *
     * @param arguments the directory and the port
     * @throws Exception if it cannot listen
     */
    public static void main(String[] arguments) throws Exception {
        final Path root = Path.of(arguments[0]).toRealPath();
        final int port = Integer.parseInt(arguments[1]);
        final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        try {
            final Channel listener = new ServerBootstrap()
                    .group(loop)
                    .channel(EpollServerSocketChannel.class)
                    .option(ChannelOption.SO_BACKLOG, 4096)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childHandler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel channel) {
                            channel.pipeline().addLast(new HttpServerCodec(), new NettyFileHandler(root));
                        }
                    })
                    .bind("127.0.0.1", port)
                    .sync()
                    .channel();
            System.out.println("netty serves " + root + " at " + listener.localAddress());
            listener.closeFuture().sync();
        } finally {
            loop.shutdownGracefully().sync();
        }
    }
}
