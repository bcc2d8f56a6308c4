package dev.notifykit.store.redis;

import dev.notifykit.store.codec.UnreadableException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads what a {@link Packer} or a script wrote. Not thread-safe. */
final class Unpacker {
  private final ByteBuffer buffer;

  Unpacker(byte[] bytes) {
    this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Something that is read. */
  interface Reading<T> {
    T from(Unpacker in) throws UnreadableException;
  }

  /**
   * Reads bytes whole.
   *
   * @throws UnreadableException if they are too short or what they say makes no sense
   */
  static <T> T read(byte[] bytes, Reading<T> reading) throws UnreadableException {
    try {
      return reading.from(new Unpacker(bytes));
    } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new UnreadableException("stored bytes are unreadable: " + e.getClass().getName(), null);
    }
  }

  boolean hasMore() {
    return buffer.hasRemaining();
  }

  int u8() {
    return Byte.toUnsignedInt(buffer.get());
  }

  int u16() {
    return Short.toUnsignedInt(buffer.getShort());
  }

  long u32() {
    return Integer.toUnsignedLong(buffer.getInt());
  }

  long i64() {
    return buffer.getLong();
  }

  /** Reads a time or a duration in microseconds that a script keeps as a double. */
  long micros() {
    return (long) buffer.getDouble();
  }

  UUID uuid() {
    ByteBuffer big = buffer.slice().order(ByteOrder.BIG_ENDIAN);
    UUID id = new UUID(big.getLong(), big.getLong());
    buffer.position(buffer.position() + 16);
    return id;
  }

  @Nullable String textOrNull() {
    int length = u16();
    return length == Packer.NULL ? null : text(length);
  }

  String text() {
    return text(u16());
  }

  @Nullable String longTextOrNull() {
    int length = buffer.getInt();
    return length < 0 ? null : text(length);
  }

  String longText() {
    return text(buffer.getInt());
  }

  String rest() {
    return text(buffer.remaining());
  }

  private String text(int length) {
    if (length < 0 || length > buffer.remaining()) {
      throw new BufferUnderflowException();
    }
    String text =
        new String(
            buffer.array(),
            buffer.arrayOffset() + buffer.position(),
            length,
            StandardCharsets.UTF_8);
    buffer.position(buffer.position() + length);
    return text;
  }
}
