package dev.notifykit.store.redis;

import dev.notifykit.Device;
import dev.notifykit.Platform;
import dev.notifykit.Recipient;
import dev.notifykit.store.codec.StoreCodec;
import dev.notifykit.store.codec.UnreadableException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How profiles and devices are kept; the times of a device are fields of their own. */
final class RecipientBytes {
  private RecipientBytes() {}

  static byte[] profile(Recipient r) {
    return new Packer(128)
        .text(r.name().orElse(null))
        .text(r.email().orElse(null))
        .text(r.phone().orElse(null))
        .text(r.locale().map(Locale::toLanguageTag).orElse(null))
        .text(r.zone().map(ZoneId::getId).orElse(null))
        .toBytes();
  }

  /**
   * Reads a profile without its devices.
   *
   * @throws UnreadableException if it is not what this version writes
   */
  static Recipient.Builder profile(String id, byte[] bytes) throws UnreadableException {
    return Unpacker.read(
        bytes,
        in -> {
          Recipient.Builder builder = Recipient.builder(id);
          builder.name(in.textOrNull()).email(in.textOrNull()).phone(in.textOrNull());
          builder.locale(locale(in.textOrNull()));
          return builder.zone(StoreCodec.zone(in.textOrNull()));
        });
  }

  private static @Nullable Locale locale(@Nullable String tag) {
    return tag == null ? null : Locale.forLanguageTag(tag);
  }

  static byte[] device(Device d) {
    return new Packer(256)
        .text(d.platform().name())
        .longText(d.token())
        .text(d.tokenType().name())
        .text(d.environment().name())
        .text(d.appId().orElse(null))
        .text(d.appVersion().orElse(null))
        .text(d.locale().map(Locale::toLanguageTag).orElse(null))
        .toBytes();
  }

  /**
   * Reads a device from its fields.
   *
   * @throws UnreadableException if they are not what this version writes
   */
  static Device device(Map<String, byte[]> fields) throws UnreadableException {
    byte[] bytes = fields.getOrDefault("j", new byte[0]);
    return Unpacker.read(
        bytes,
        in ->
            Device.builder(Platform.valueOf(in.text()), in.longText())
                .tokenType(Device.TokenType.valueOf(in.text()))
                .environment(Device.Environment.valueOf(in.text()))
                .appId(in.textOrNull())
                .appVersion(in.textOrNull())
                .locale(locale(in.textOrNull()))
                .registeredAt(time(fields.get("r")))
                .lastSeenAt(time(fields.get("l")))
                .disabledAt(time(fields.get("x")))
                .build());
  }

  private static @Nullable Instant time(byte @Nullable [] micros) {
    return micros == null ? null : Micros.instant(Long.parseLong(Packer.text(micros)));
  }
}
