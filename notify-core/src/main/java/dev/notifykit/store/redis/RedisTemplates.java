package dev.notifykit.store.redis;

import dev.notifykit.store.TemplateStore;
import java.util.List;
import java.util.Optional;

/** The stored templates: a hash a path, with the text of each version and which is active. */
final class RedisTemplates implements TemplateStore {
  private static final byte[] ACTIVE = Packer.utf8("active");
  private static final byte[] LAST = Packer.utf8("last");

  private final Redis redis;
  private final Keys keys;

  RedisTemplates(Redis redis, Keys keys) {
    this.redis = redis;
    this.keys = keys;
  }

  @Override
  public int publish(String path, String text) {
    byte[] nonce = Packer.utf8(Settler.nonce());
    return (int) redis.number(Script.PUBLISH, keys.template(path), Packer.utf8(text), nonce);
  }

  @Override
  public boolean activate(String path, int version) {
    return redis.number(Script.ACTIVATE, keys.template(path), Packer.utf8(version)) == 1;
  }

  /** Versions never change, so reading which one is active and then its text is right. */
  @Override
  public Optional<String> read(String path) {
    byte[] key = keys.template(path);
    byte[] active = redis.await(() -> redis.commands().hget(key, ACTIVE));
    if (active == null) {
      return Optional.empty();
    }
    byte[] text = redis.await(() -> redis.commands().hget(key, active));
    return Optional.ofNullable(text).map(Packer::text);
  }

  @Override
  public List<Integer> versions(String path) {
    byte[] last = redis.await(() -> redis.commands().hget(keys.template(path), LAST));
    int count = last == null ? 0 : Integer.parseInt(Packer.text(last));
    return java.util.stream.IntStream.rangeClosed(1, count).boxed().toList();
  }
}
