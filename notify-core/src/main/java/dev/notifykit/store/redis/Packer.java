package dev.notifykit.store.redis;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes bytes the way the scripts' {@code struct.unpack('<...')} reads them. Not thread-safe. */
final class Packer {
  /** The length that stands for no text. */
  static final int NULL = 0xFFFF;

  private ByteBuffer buffer;

  Packer(int size) {
    this.buffer = allocate(size);
  }

  private static ByteBuffer allocate(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      ByteBuffer larger = allocate(Math.max(buffer.capacity() * 2, buffer.position() + bytes));
      larger.put(buffer.flip());
      buffer = larger;
    }
    return buffer;
  }

  Packer u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  Packer u16(int value) {
    room(2).putShort((short) value);
    return this;
  }

  Packer u32(long value) {
    room(4).putInt((int) value);
    return this;
  }

  Packer i64(long value) {
    room(8).putLong(value);
    return this;
  }

  /** Writes a number as the scripts count: a double, exact up to 2^53. */
  Packer number(long value) {
    room(8).putDouble((double) value);
    return this;
  }

  Packer uuid(UUID id) {
    room(16)
        .putLong(Long.reverseBytes(id.getMostSignificantBits()))
        .putLong(Long.reverseBytes(id.getLeastSignificantBits()));
    return this;
  }

  Packer bytes(byte[] value) {
    room(value.length).put(value);
    return this;
  }

  /**
   * Writes a text after its length.
   *
   * @throws IllegalArgumentException if it has more than 65,534 bytes
   */
  Packer text(@Nullable String value) {
    return value == null ? u16(NULL) : sized(utf8(value));
  }

  /**
   * Writes a name after its length.
   *
   * @throws IllegalArgumentException if it has more than 65,534 bytes
   */
  Packer sized(byte[] name) {
    if (name.length >= NULL) {
      throw new IllegalArgumentException("a name has " + name.length + " bytes; at most 65,534");
    }
    return u16(name.length).bytes(name);
  }

  /** Writes a text of any length after its length in 4 bytes. */
  Packer longText(@Nullable String value) {
    if (value == null) {
      return u32(-1);
    }
    byte[] bytes = utf8(value);
    return u32(bytes.length).bytes(bytes);
  }

  /** Writes over two bytes that are there. */
  void u16At(int at, int value) {
    buffer.putShort(at, (short) value);
  }

  /** Returns some of what was written. */
  byte[] slice(int from, int length) {
    byte[] bytes = new byte[length];
    buffer.get(from, bytes);
    return bytes;
  }

  int size() {
    return buffer.position();
  }

  byte[] toBytes() {
    byte[] bytes = new byte[buffer.position()];
    buffer.get(0, bytes);
    return bytes;
  }

  /** Returns an id as 16 bytes whose order is the order of its text. */
  static byte[] id(UUID id) {
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  static UUID id(byte[] bytes, int at) {
    ByteBuffer b = ByteBuffer.wrap(bytes);
    return new UUID(b.getLong(at), b.getLong(at + 8));
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] utf8(long number) {
    return utf8(Long.toString(number));
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
