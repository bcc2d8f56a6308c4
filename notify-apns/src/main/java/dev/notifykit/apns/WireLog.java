package dev.notifykit.apns;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2FrameLogger;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.logging.LogLevel;
import io.netty.util.AsciiString;
import io.netty.util.AttributeKey;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Learns from the frames of a connection what pushy does not tell: which push was really written,
 * and the last stream that a GOAWAY leaves to be answered. It logs nothing.
 */
final class WireLog extends Http2FrameLogger {
  private static final AttributeKey<Integer> LAST_ANSWERED =
      AttributeKey.valueOf(WireLog.class, "lastAnswered");

  /** A string's hash code would be computed anew for every push. */
  private static final AsciiString APNS_ID = AsciiString.cached("apns-id");

  private final Function<String, @Nullable Push> pushes;

  /**
   * Creates a listener.
   *
   * @param pushes finds a push in flight by its apns-id
   */
  WireLog(Function<String, @Nullable Push> pushes) {
    super(LogLevel.TRACE);
    this.pushes = pushes;
  }

  /** Returns whether APNs said that it will not look at what was sent there (RFC 9113, 6.8). */
  static boolean isRefusedByGoAway(Push.Wire wire) {
    Integer last = wire.channel().attr(LAST_ANSWERED).get();
    return last != null && wire.stream() > last;
  }

  /** Notes that nothing on a connection from this stream on was or will be taken. */
  static void refuseFrom(Push.Wire wire) {
    refuseAfter(wire.channel(), wire.stream() - 1);
  }

  private static void refuseAfter(Channel channel, int stream) {
    Integer last = channel.attr(LAST_ANSWERED).get();
    if (last == null || stream < last) {
      channel.attr(LAST_ANSWERED).set(stream);
    }
  }

  private void written(Direction direction, ChannelHandlerContext ctx, int id, Http2Headers h) {
    CharSequence apnsId = direction == Direction.OUTBOUND ? h.get(APNS_ID) : null;
    Push push = apnsId == null ? null : pushes.apply(apnsId.toString());
    if (push != null) {
      push.writtenOn(new Push.Wire(ctx.channel(), id));
    }
  }

  /** Keeps every frame out of the log. */
  @Override
  public boolean isEnabled() {
    return false;
  }

  @Override
  public void logHeaders(
      Direction direction,
      ChannelHandlerContext ctx,
      int streamId,
      Http2Headers headers,
      int padding,
      boolean endStream) {
    written(direction, ctx, streamId, headers);
  }

  @Override
  public void logHeaders(
      Direction direction,
      ChannelHandlerContext ctx,
      int streamId,
      Http2Headers headers,
      int streamDependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean endStream) {
    written(direction, ctx, streamId, headers);
  }

  @Override
  public void logGoAway(
      Direction direction,
      ChannelHandlerContext ctx,
      int lastStreamId,
      long errorCode,
      ByteBuf debugData) {
    if (direction == Direction.INBOUND) {
      refuseAfter(ctx.channel(), lastStreamId);
    }
  }
}
