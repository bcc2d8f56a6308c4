package dev.notifykit.email;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Collects a message in the form that DATA sends (RFC 5321, section 4.5.2): a dot that starts a
 * line is doubled, every line ends in CRLF whatever it ended in before, and a line with a single
 * dot ends the whole. Done here, off the connection, the dialogue is left with one write.
 */
final class DotStuffed extends OutputStream {
  private static final byte[] END = ".\r\n".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes = new byte[8192];
  private int length;
  private int stuffed;
  private boolean lineStart = true;
  private boolean afterCr;

  @Override
  public void write(int b) {
    reserve(2);
    put((byte) b);
  }

  @Override
  public void write(byte[] source, int offset, int count) {
    reserve(2 * count);
    for (int i = offset; i < offset + count; i++) {
      put(source[i]);
    }
  }

  private void put(byte b) {
    if (b == '\n') {
      if (!afterCr) {
        endLine();
      }
      afterCr = false;
    } else if (b == '\r') {
      endLine();
      afterCr = true;
    } else {
      stuff(b);
      afterCr = false;
    }
  }

  private void stuff(byte b) {
    if (lineStart && b == '.') {
      bytes[length++] = '.';
      stuffed++;
    }
    bytes[length++] = b;
    lineStart = false;
  }

  private void endLine() {
    bytes[length++] = '\r';
    bytes[length++] = '\n';
    lineStart = true;
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  /** Writes the final dot and returns the bytes; only the first {@link #length} of them count. */
  byte[] finish() {
    reserve(2 + END.length);
    if (!lineStart) {
      endLine();
    }
    System.arraycopy(END, 0, bytes, length, END.length);
    length += END.length;
    return bytes;
  }

  int length() {
    return length;
  }

  /** Returns the finished message's size without the dots that only the wire sees. */
  int messageSize() {
    return length - stuffed - END.length;
  }
}
