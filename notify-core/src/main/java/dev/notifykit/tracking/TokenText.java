package dev.notifykit.tracking;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a token says: a delivery and some texts. Each text has its length before it, so that no two
 * lists of texts look alike.
 *
 * @param deliveryId the delivery
 * @param texts the texts, in an order that the purpose decides
 */
record TokenText(UUID deliveryId, List<String> texts) {
  static TokenText of(UUID deliveryId, String... texts) {
    return new TokenText(deliveryId, List.of(texts));
  }

  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(deliveryId.getMostSignificantBits());
      out.writeLong(deliveryId.getLeastSignificantBits());
      for (String text : texts) {
        out.writeUTF(text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Reads what a verified token says; empty if it is of another layout. */
  static Optional<TokenText> read(byte[] bytes, int count) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      UUID deliveryId = new UUID(in.readLong(), in.readLong());
      String[] texts = new String[count];
      for (int i = 0; i < count; i++) {
        texts[i] = in.readUTF();
      }
      return in.read() < 0 ? Optional.of(of(deliveryId, texts)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
