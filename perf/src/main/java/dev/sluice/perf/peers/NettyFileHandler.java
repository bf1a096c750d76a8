// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.peers;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Answers GET with the file's bytes; the file is opened per request, on the event loop, as is usual with Netty. */
final class NettyFileHandler extends SimpleChannelInboundHandler<HttpObject> {
    private final Path root;

    NettyFileHandler(Path root) {
        this.root = root;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) throws IOException {
        if (!(message instanceof HttpRequest request)) {
            return; // the end of a request without a body
        }
        if (request.decoderResult().isFailure()) {
            refuse(context, HttpResponseStatus.BAD_REQUEST);
            return;
        }
        if (!HttpMethod.GET.equals(request.method())) {
            refuse(context, HttpResponseStatus.METHOD_NOT_ALLOWED);
            return;
        }
        final String path = new QueryStringDecoder(request.uri()).path();
        final Path file =
                root.resolve(path.substring(path.startsWith("/") ? 1 : 0)).normalize();
        if (!file.startsWith(root)) {
            refuse(context, HttpResponseStatus.NOT_FOUND);
            return;
        }
        send(context, request, file);
    }

    private static void send(ChannelHandlerContext context, HttpRequest request, Path file) throws IOException {
        final FileChannel content;
        try {
            content = FileChannel.open(file, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            refuse(context, HttpResponseStatus.NOT_FOUND);
            return;
        }
        final long length = content.size();
        final HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        HttpUtil.setContentLength(response, length);
        HttpUtil.setKeepAlive(response, HttpUtil.isKeepAlive(request));
        context.write(response).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        context.write(new DefaultFileRegion(content, 0, length)) // closes the file when it is sent
                .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        final ChannelFuture sent = context.write(LastHttpContent.EMPTY_LAST_CONTENT);
        if (!HttpUtil.isKeepAlive(request)) {
            sent.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static void refuse(ChannelHandlerContext context, HttpResponseStatus status) {
        final DefaultFullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
        context.write(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // nothing is left to be done when the close fails too
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        System.err.println(context.channel().remoteAddress() + ": " + cause);
        context.close();
    }
}
