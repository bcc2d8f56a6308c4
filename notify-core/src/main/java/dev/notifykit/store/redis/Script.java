package dev.notifykit.store.redis;

import io.lettuce.core.ScriptOutputType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.StringJoiner;

/** The Lua scripts, which are resources of the jar; each says in its first lines what it does. */
enum Script {
  APPEND(
      ScriptOutputType.MULTI,
      "lone",
      "base",
      "lot",
      "events",
      "appending",
      "rows",
      "lots",
      "buckets"),
  KNOWN(ScriptOutputType.MULTI, "base", "events"),
  REMEMBER(ScriptOutputType.INTEGER, "base", "events"),
  ACCEPT(ScriptOutputType.MULTI, "base", "lot", "accepting", "rows", "lots"),
  READ(ScriptOutputType.MULTI, "base", "lot", "rows", "lots"),
  OFPERSON(ScriptOutputType.MULTI, "base", "lot", "rows", "lots"),
  CLAIM(ScriptOutputType.MULTI, "base", "lot", "rows", "lots"),
  SETTLE(ScriptOutputType.MULTI, "landed", "base", "lot", "rows", "lots"),
  RECOVER(ScriptOutputType.MULTI, "base", "lot", "rows", "lots", "events"),
  END(ScriptOutputType.MULTI, "base", "rows"),
  HASTEN(ScriptOutputType.MULTI, "base", "rows"),
  BLOT(ScriptOutputType.INTEGER, "base", "lot", "rows", "lots"),
  REPLAY(ScriptOutputType.MULTI, "base", "rows"),
  DISCARD(ScriptOutputType.INTEGER, "base", "rows"),
  ADVANCE(ScriptOutputType.MULTI, "base", "lot", "rows", "lots"),
  PURGE(ScriptOutputType.MULTI, "base", "lot", "rows", "lots"),
  DEPTHS(ScriptOutputType.MULTI, "base", "rows"),
  HEADS(ScriptOutputType.MULTI, "base", "rows"),
  EPOCH(ScriptOutputType.MULTI),
  TAKE(ScriptOutputType.MULTI, "buckets"),
  WAIT(ScriptOutputType.MULTI, "buckets"),
  CHARGE(ScriptOutputType.MULTI, "buckets"),
  REFUND(ScriptOutputType.INTEGER, "buckets"),
  PREFER(ScriptOutputType.INTEGER),
  PROFILE(ScriptOutputType.MULTI),
  DEVICE(ScriptOutputType.INTEGER),
  DISABLE(ScriptOutputType.INTEGER),
  UNDEVICE(ScriptOutputType.INTEGER),
  INBOX(ScriptOutputType.INTEGER),
  ENTRIES(ScriptOutputType.MULTI),
  PUBLISH(ScriptOutputType.INTEGER),
  ACTIVATE(ScriptOutputType.INTEGER),
  TRACK(ScriptOutputType.INTEGER);

  final ScriptOutputType output;
  final String source;
  final String sha;

  Script(ScriptOutputType output, String... before) {
    this.output = output;
    StringJoiner all = new StringJoiner("\n");
    for (String part : before) {
      all.add(read(part));
    }
    all.add(read(name().toLowerCase(Locale.ROOT)));
    this.source = all.toString();
    this.sha = sha1(source);
  }

  private static String read(String name) {
    try (InputStream in = Script.class.getResourceAsStream(name + ".lua")) {
      if (in == null) {
        throw new IllegalStateException("the script " + name + ".lua is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Redis knows a script by this digest. */
  private static String sha1(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
