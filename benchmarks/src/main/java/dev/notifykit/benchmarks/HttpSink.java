package dev.notifykit.benchmarks;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Stands for FCM, Twilio and SendGrid: takes every message and keeps nothing, and answers 50 ms
 * later as the service would, which is what a service on the internet makes a sender wait. One
 * thread, so that most of the machine is the sender's; Nagle's algorithm is off.
 */
final class HttpSink implements AutoCloseable {
  static final int LATENCY_MILLIS = 50;

  private static final String TWILIO_SID = "SM00000000000000000000000000000001";

  final LongAdder messages = new LongAdder();
  final AtomicInteger connections = new AtomicInteger();
  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("http-sink", true), NioIoHandler.newFactory());
  private final Channel listener;

  HttpSink() {
    listener =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.incrementAndGet();
                    channel
                        .pipeline()
                        .addLast(new HttpServerCodec(), new HttpObjectAggregator(1 << 20))
                        .addLast(new Answers());
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  String url() {
    return "http://localhost:" + port();
  }

  private final class Answers extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    @SuppressWarnings("FutureReturnValueIgnored")
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      String path = request.uri();
      if (path.startsWith("/token")) {
        context.writeAndFlush(
            reply(200, "{\"access_token\":\"t\",\"expires_in\":3600,\"token_type\":\"Bearer\"}"));
        return;
      }
      context
          .executor()
          .schedule(
              () -> {
                messages.increment();
                context.writeAndFlush(answer(path));
              },
              LATENCY_MILLIS,
              TimeUnit.MILLISECONDS);
    }
  }

  private static FullHttpResponse answer(String path) {
    if (path.startsWith("/v3/mail/send")) {
      return reply(202, "");
    }
    return path.endsWith("/Messages.json")
        ? reply(
            201, "{\"sid\":\"" + TWILIO_SID + "\",\"status\":\"queued\",\"num_segments\":\"1\"}")
        : reply(200, "{\"name\":\"projects/demo/messages/1\"}");
  }

  private static FullHttpResponse reply(int status, String json) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(status),
            Unpooled.copiedBuffer(json, StandardCharsets.UTF_8));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
    return response;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored")
  public void close() {
    listener.close().syncUninterruptibly();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
