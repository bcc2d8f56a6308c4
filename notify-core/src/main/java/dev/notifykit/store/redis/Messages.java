package dev.notifykit.store.redis;

import dev.notifykit.Route;
import dev.notifykit.StoreException;
import dev.notifykit.internal.Listeners;
import dev.notifykit.internal.Teller;
import dev.notifykit.store.Subscription;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the scripts publish: that there is work where there was none, and entries of inboxes. Lost
 * messages cost a poll or a look at the inbox, nothing more. Thread-safe.
 *
 * <p>One connection, opened when somebody first listens; Lettuce brings it back and subscribes
 * again. Work is told of on its thread, which must not be held up; what applications listen to is
 * told of on a thread of its own.
 */
final class Messages extends RedisPubSubAdapter<byte[], byte[]> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Messages.class);

  private final Redis redis;
  private final byte[] workPattern;
  private final Listeners<ByteBuffer, byte[]> listeners = new Listeners<>();
  private final Teller teller;
  private volatile Consumer<Route> onWork = route -> {};
  private volatile boolean listened;
  private @Nullable StatefulRedisPubSubConnection<byte[], byte[]> connection; // guarded by this

  Messages(Redis redis, Keys keys) {
    this.redis = redis;
    this.workPattern = keys.workPattern();
    this.teller = new Teller("notifykit-redis-messages");
  }

  private synchronized StatefulRedisPubSubConnection<byte[], byte[]> connection() {
    StatefulRedisPubSubConnection<byte[], byte[]> open = connection;
    if (open == null) {
      open = redis.openMessages();
      open.addListener(this);
      connection = open;
    }
    return open;
  }

  /** Registers the one listener that is told of work, by whichever node it was appended. */
  void onWork(Consumer<Route> listener) {
    this.onWork = listener;
    try {
      var open = connection();
      redis.await(() -> open.async().psubscribe(workPattern));
    } catch (StoreException e) {
      LOG.warn("Work that other nodes append is found by polling only: {}", e.getMessage());
    }
  }

  /** Tells a listener what is published on a channel, until the subscription is closed. */
  synchronized Subscription subscribe(byte[] channel, Consumer<byte[]> listener) {
    ByteBuffer key = ByteBuffer.wrap(channel);
    var open = connection();
    if (!listeners.has(key)) {
      redis.await(() -> open.async().subscribe(channel));
    }
    Runnable remove = listeners.add(key, listener);
    return () -> unsubscribe(channel, remove);
  }

  private synchronized void unsubscribe(byte[] channel, Runnable remove) {
    ByteBuffer key = ByteBuffer.wrap(channel);
    boolean listened = listeners.has(key);
    remove.run();
    var open = connection;
    if (listened && !listeners.has(key) && open != null) {
      var unused = open.async().unsubscribe(channel); // nobody waits: what comes still is dropped
    }
  }

  // ---- called by the connection

  /** Whoever was not listening for a while may have missed something. */
  @Override
  public void psubscribed(byte[] pattern, long count) {
    if (listened) {
      Codes.ROUTES.forEach(onWork);
    }
    listened = true;
  }

  @Override
  public void message(byte[] pattern, byte[] channel, byte[] route) {
    for (Route r : Codes.ROUTES) {
      if (Packer.text(route).equals(Integer.toString(Codes.of(r)))) {
        onWork.accept(r);
      }
    }
  }

  @Override
  public void message(byte[] channel, byte[] message) {
    teller.tell(() -> listeners.tell(ByteBuffer.wrap(channel), message));
  }

  /** Ends the thread; the connection ends with the others. */
  @Override
  public void close() {
    teller.close();
  }
}
