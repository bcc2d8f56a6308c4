package dev.notifykit.test.apns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.util.AttributeKey;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One stream of a connection: reads one push and answers it. Confined to its event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // a client that is gone needs no answer
final class PushStream extends SimpleChannelInboundHandler<Http2StreamFrame> {
  private static final AttributeKey<Integer> LAST_STREAM =
      AttributeKey.valueOf(PushStream.class, "lastStream");

  private final FakeApnsServer server;
  private final StringBuilder body = new StringBuilder();
  private @Nullable Http2Headers headers;

  PushStream(FakeApnsServer server) {
    this.server = server;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, Http2StreamFrame frame) {
    boolean end = false;
    if (frame instanceof Http2HeadersFrame h) {
      headers = h.headers();
      end = h.isEndStream();
    } else if (frame instanceof Http2DataFrame d) {
      body.append(d.content().toString(StandardCharsets.ISO_8859_1));
      end = d.isEndStream();
    }
    if (end && headers != null && !isBehindGoAway(ctx)) {
      ReceivedPush push = ReceivedPush.of(headers, utf8());
      answer(ctx, server.receive(push), push.apnsId());
    }
  }

  /** What was sent before the GOAWAY arrived is not looked at, as was said. */
  private static boolean isBehindGoAway(ChannelHandlerContext ctx) {
    Integer last = ctx.channel().parent().attr(LAST_STREAM).get();
    return last != null && ((Http2StreamChannel) ctx.channel()).stream().id() > last;
  }

  /** Joined as single bytes: a character may be split between two frames. */
  private String utf8() {
    return new String(
        body.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private void answer(ChannelHandlerContext ctx, ApnsAnswer answer, String apnsId) {
    switch (answer.kind) {
      case REPLY -> reply(ctx, answer, apnsId);
      case HANG ->
          server.hold(() -> ctx.executor().execute(() -> reply(ctx, ApnsAnswer.accept(), apnsId)));
      case DRIP -> {
        ctx.writeAndFlush(replyHeaders(400, apnsId, /* end= */ false));
        drip(ctx);
      }
      case RESET_STREAM -> ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
      case REFUSE_STREAM ->
          ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.REFUSED_STREAM));
      case RESET_CONNECTION -> reset(ctx);
      case RESET_MID_REPLY ->
          ctx.writeAndFlush(replyHeaders(200, apnsId, /* end= */ false))
              .addListener(sent -> reset(ctx));
      case GO_AWAY -> goAway(ctx, -2);
      case GO_AWAY_UNANSWERED -> goAway(ctx, 0);
    }
  }

  private static void reply(ChannelHandlerContext ctx, ApnsAnswer answer, String apnsId) {
    boolean end = answer.body.isEmpty();
    ctx.write(replyHeaders(answer.status, apnsId, end));
    if (!end) {
      ctx.write(new DefaultHttp2DataFrame(utf8(ctx, answer.body), /* endStream= */ true));
    }
    ctx.flush();
  }

  private static ByteBuf utf8(ChannelHandlerContext ctx, String text) {
    return ByteBufUtil.writeUtf8(ctx.alloc(), text);
  }

  private static DefaultHttp2HeadersFrame replyHeaders(int status, String apnsId, boolean end) {
    Http2Headers headers = new DefaultHttp2Headers().status(String.valueOf(status));
    if (!apnsId.isEmpty()) {
      headers.set("apns-id", apnsId);
    }
    return new DefaultHttp2HeadersFrame(headers, end);
  }

  private static void drip(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      ctx.writeAndFlush(new DefaultHttp2DataFrame(utf8(ctx, " ")));
      ctx.executor().schedule(() -> drip(ctx), 1, TimeUnit.SECONDS);
    }
  }

  /** Without a lingering close the peer sees a reset, not an orderly end. */
  private static void reset(ChannelHandlerContext ctx) {
    Channel connection = ctx.channel().parent();
    connection.config().setOption(io.netty.channel.ChannelOption.SO_LINGER, 0);
    connection.unsafe().close(connection.voidPromise());
  }

  private static void goAway(ChannelHandlerContext ctx, int offset) {
    Http2StreamChannel stream = (Http2StreamChannel) ctx.channel();
    ChannelHandlerContext codec = stream.parent().pipeline().context(Http2FrameCodec.class);
    int last = Math.max(0, stream.stream().id() + offset);
    stream.parent().attr(LAST_STREAM).set(last);
    ((Http2FrameCodec) codec.handler())
        .encoder()
        .frameWriter()
        .writeGoAway(
            codec,
            last,
            Http2Error.NO_ERROR.code(),
            utf8(ctx, "{\"reason\":\"Shutdown\"}"),
            codec.newPromise());
    codec.flush();
    codec.close();
  }
}
