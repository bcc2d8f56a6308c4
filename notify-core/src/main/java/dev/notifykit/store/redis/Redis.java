package dev.notifykit.store.redis;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.notifykit.ConfigurationException;
import dev.notifykit.StoreException;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisReadOnlyException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.StaticCredentialsProvider;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisAdvancedClusterAsyncCommands;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a server, a Sentinel's master or a cluster, shared by all threads: what they
 * send is pipelined on the wire.
 *
 * <p>What Redis refused before doing anything (it does not know the script, is loading, is a
 * replica, its cluster is moving) is sent again until the timeout. What was sent when the
 * connection broke is sent again by Lettuce once it is back; every script bears that.
 */
final class Redis implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Redis.class);
  private static final Duration FIRST_WAIT = Duration.ofMillis(5);
  private static final Duration LONGEST_WAIT = Duration.ofMillis(250);

  /**
   * How soon a cluster is looked at again that was looked at before a replica took over. Lettuce 6
   * waits for half a minute if it is not told.
   */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  /** Lettuce would wait longer and longer, up to half a minute after a server is there again. */
  private static final Duration LONGEST_RECONNECT = Duration.ofSeconds(1);

  private static final Duration SHUTDOWN = Duration.ofSeconds(2);

  private final AbstractRedisClient client;
  private final StatefulConnection<byte[], byte[]> connection;
  private final RedisClusterAsyncCommands<byte[], byte[]> commands;
  private final boolean isCluster;
  private final Duration timeout;
  private final Supplier<StatefulRedisPubSubConnection<byte[], byte[]>> messages;
  private volatile boolean closed;

  private Redis(
      AbstractRedisClient client,
      StatefulConnection<byte[], byte[]> connection,
      RedisClusterAsyncCommands<byte[], byte[]> commands,
      boolean isCluster,
      Duration timeout,
      Supplier<StatefulRedisPubSubConnection<byte[], byte[]>> messages) {
    this.client = client;
    this.connection = connection;
    this.commands = commands;
    this.isCluster = isCluster;
    this.timeout = timeout;
    this.messages = messages;
  }

  static Redis connect(
      List<String> uris,
      boolean isCluster,
      Duration timeout,
      @Nullable SentinelLogin login,
      @Nullable TlsKeys tls) {
    List<RedisURI> parsed = new ArrayList<>();
    for (String uri : uris) {
      parsed.add(parse(uri, timeout));
    }
    if (login != null) {
      logIn(parsed, login);
    }
    if (tls != null) {
      requireTls(parsed);
    }
    SslOptions ssl = (tls == null ? TlsKeys.OF_THE_JVM : tls).options();
    return isCluster
        ? connectCluster(parsed, timeout, ssl)
        : connectOne(parsed.get(0), timeout, ssl);
  }

  private static RedisURI parse(String uri, Duration timeout) {
    try {
      RedisURI parsed = RedisURI.create(uri);
      parsed.setTimeout(timeout);
      return parsed;
    } catch (IllegalArgumentException e) {
      // The message quotes the URI, which may hold a password.
      throw new ConfigurationException(
          "the Redis URI is malformed; it looks like redis://host:6379, rediss://... with TLS, or"
              + " redis-sentinel://host1,host2/0#master");
    }
  }

  private static void logIn(List<RedisURI> uris, SentinelLogin login) {
    List<RedisURI> sentinels = uris.stream().flatMap(uri -> uri.getSentinels().stream()).toList();
    if (sentinels.isEmpty()) {
      throw new ConfigurationException(
          "sentinelPassword is given, and the URI names no Sentinel; it looks like"
              + " redis-sentinel://host1,host2/0#master");
    }
    sentinels.forEach(
        sentinel ->
            sentinel.setCredentialsProvider(
                new StaticCredentialsProvider(login.username(), login.password().toCharArray())));
  }

  /** Whoever says whom to trust must not find the connections in the clear. */
  private static void requireTls(List<RedisURI> uris) {
    if (!uris.stream().allMatch(RedisURI::isSsl)) {
      throw new ConfigurationException(
          "tls is given, and the URI is one without TLS; it looks like rediss://host:6379");
    }
  }

  private static Redis connectOne(RedisURI uri, Duration timeout, SslOptions ssl) {
    RedisClient client = client(uri, ssl);
    return opened(
        client,
        () -> {
          var connection = client.connect(ByteArrayCodec.INSTANCE);
          return new Redis(
              client,
              connection,
              connection.async(),
              /* isCluster= */ false,
              timeout,
              () -> client.connectPubSub(ByteArrayCodec.INSTANCE));
        });
  }

  private static Redis connectCluster(List<RedisURI> seeds, Duration timeout, SslOptions ssl) {
    if (!seeds.stream().allMatch(seed -> isServerLike(seeds.get(0), seed))) {
      throw new ConfigurationException(
          "the seeds of a cluster are servers such as redis://host:6379, all with TLS or all"
              + " without; no Sentinels and no sockets");
    }
    RedisClusterClient client = clusterClient(seeds, ssl);
    return opened(
        client,
        () -> {
          var connection = client.connect(ByteArrayCodec.INSTANCE);
          return new Redis(
              client,
              connection,
              connection.async(),
              /* isCluster= */ true,
              timeout,
              () -> client.connectPubSub(ByteArrayCodec.INSTANCE));
        });
  }

  /** Lettuce refuses seeds that differ, and waits for ever for one that is no server. */
  private static boolean isServerLike(RedisURI first, RedisURI seed) {
    return seed.getHost() != null
        && seed.isSsl() == first.isSsl()
        && seed.isStartTls() == first.isStartTls()
        && seed.getVerifyMode() == first.getVerifyMode();
  }

  /** Returns a client that has not connected yet, for {@link #shutdown} to end. */
  static RedisClient client(RedisURI uri, SslOptions ssl) {
    RedisClient client = RedisClient.create(resources(), uri);
    client.setOptions(ClientOptions.builder().sslOptions(ssl).build());
    return client;
  }

  /**
   * Returns a cluster's client that has not connected yet, for {@link #shutdown} to end. Lettuce 7
   * deprecates what turns the triggers on, since there they are; 6 knows no other way.
   */
  @SuppressWarnings("deprecation")
  static RedisClusterClient clusterClient(List<RedisURI> seeds, SslOptions ssl) {
    RedisClusterClient client = RedisClusterClient.create(resources(), seeds);
    client.setOptions(
        ClusterClientOptions.builder()
            .sslOptions(ssl)
            // Else a command waits for the dead master to come back, not for its replica.
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .topologyRefreshOptions(
                ClusterTopologyRefreshOptions.builder()
                    .enablePeriodicRefresh(Duration.ofSeconds(30))
                    .enableAllAdaptiveRefreshTriggers()
                    .adaptiveRefreshTriggersTimeout(LOOK_AGAIN)
                    .build())
            .build());
    return client;
  }

  private static ClientResources resources() {
    return ClientResources.builder()
        .reconnectDelay(
            Delay.exponential(FIRST_WAIT, LONGEST_RECONNECT, /* powersOf= */ 2, MILLISECONDS))
        .build();
  }

  private static Redis opened(AbstractRedisClient client, Supplier<Redis> connect) {
    try {
      return connect.get();
    } catch (RedisException e) {
      shutdown(client);
      throw new StoreException("Redis cannot be reached: " + reason(e), e);
    } catch (IllegalStateException e) { // such as a socket's, without the transport for it
      shutdown(client);
      throw new ConfigurationException("Redis cannot be reached this way: " + e.getMessage(), e);
    }
  }

  boolean isCluster() {
    return isCluster;
  }

  /** Returns the plain commands; hand what they return to {@link #await}. */
  RedisClusterAsyncCommands<byte[], byte[]> commands() {
    return commands;
  }

  /** Opens a connection for messages, which can do nothing else. It is closed with this. */
  StatefulRedisPubSubConnection<byte[], byte[]> openMessages() {
    return translated(messages);
  }

  // ---- scripts

  /** A script on its way. */
  final class Call {
    private final Script script;
    private final byte[][] keys;
    private final byte[][] args;
    private RedisFuture<Object> sent;
    private boolean resent;

    private Call(Script script, byte[][] keys, byte[][] args) {
      this.script = script;
      this.keys = keys;
      this.args = args;
      this.sent = commands.evalsha(script.sha, script.output, keys, args);
    }

    /** Waits for the reply. */
    private @Nullable Object reply() {
      return until(sent, this::sendAgain);
    }

    private RedisFuture<Object> sendAgain(RedisException refusal) {
      resent = true;
      return refusal instanceof RedisNoScriptException
          ? commands.eval(script.source, script.output, keys, args)
          : commands.evalsha(script.sha, script.output, keys, args);
    }

    /** Whether it ran later than what was sent right after it; known once there is a reply. */
    boolean wasResent() {
      return resent;
    }

    List<Object> list() {
      return translated(this::asList);
    }

    @SuppressWarnings("unchecked") // what MULTI gives
    private List<Object> asList() {
      return Objects.requireNonNullElse((List<Object>) reply(), List.of());
    }

    long number() {
      return translated(() -> reply() instanceof Long n ? n : 0L);
    }
  }

  /** Sends a script without waiting for it. */
  Call send(Script script, byte[][] keys, byte[]... args) {
    return translated(() -> new Call(script, keys, args));
  }

  long number(Script script, byte[] key, byte[]... args) {
    return send(script, new byte[][] {key}, args).number();
  }

  List<Object> list(Script script, byte[] key, byte[]... args) {
    return send(script, new byte[][] {key}, args).list();
  }

  // ---- plain commands

  /** Sends a command that changes nothing or may be repeated, and waits for it. */
  <T extends @Nullable Object> T await(Supplier<RedisFuture<T>> command) {
    return translated(() -> await(command.get(), command));
  }

  /** Waits for a command that was sent, and can be sent again. */
  <T extends @Nullable Object> T await(RedisFuture<T> first, Supplier<RedisFuture<T>> again) {
    return translated(() -> until(first, refusal -> again.get()));
  }

  /** Waits for an answer, sending again what was refused for the moment. */
  private <T extends @Nullable Object> T until(
      RedisFuture<T> first, Function<RedisException, RedisFuture<T>> again) {
    long deadline = System.nanoTime() + timeout.toNanos();
    Duration wait = FIRST_WAIT;
    RedisFuture<T> sent = first;
    while (true) {
      try {
        return getUntil(sent, deadline);
      } catch (RedisNoScriptException e) {
        sent = again.apply(e);
      } catch (RedisException e) {
        if (!isPassing(e) || System.nanoTime() + 2 * wait.toNanos() > deadline) {
          throw e;
        }
        LockSupport.parkNanos(wait.toNanos());
        wait = wait.compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : wait;
        sent = again.apply(e);
      }
    }
  }

  // ---- the servers

  /** Returns what each master says of itself. */
  List<String> infos() {
    List<String> infos = new ArrayList<>();
    for (CompletableFuture<String> info : askInfos()) {
      infos.add(translated(() -> getUntil(info, System.nanoTime() + timeout.toNanos())));
    }
    return infos;
  }

  /** Hands over what each master says of itself, on another thread; nothing if one does not. */
  void infosLater(Consumer<List<String>> then) {
    List<CompletableFuture<String>> asked = askInfos();
    CompletableFuture.allOf(asked.toArray(new CompletableFuture<?>[0]))
        .thenRunAsync(() -> then.accept(asked.stream().map(CompletableFuture::join).toList()))
        .exceptionally(
            e -> {
              LOG.debug("Redis did not tell about itself: {}", reason(e));
              return null;
            });
  }

  private List<CompletableFuture<String>> askInfos() {
    if (commands instanceof RedisAdvancedClusterAsyncCommands<byte[], byte[]> cluster) {
      List<CompletableFuture<String>> asked = new ArrayList<>();
      cluster.upstream().commands().info().forEach(info -> asked.add(info.toCompletableFuture()));
      return asked;
    }
    return List.of(commands.info().toCompletableFuture());
  }

  /** Returns a setting, empty where it may not be asked for. */
  String setting(String name) {
    try {
      return await(() -> commands.configGet(name)).getOrDefault(name, "");
    } catch (StoreException e) {
      LOG.debug("Redis does not tell its setting {}", name);
      return "";
    }
  }

  private static <T extends @Nullable Object> T getUntil(Future<T> future, long deadline) {
    try {
      return future.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RedisException cause) {
        throw cause;
      }
      throw new RedisException(e.getCause());
    } catch (TimeoutException | CancellationException e) {
      future.cancel(true);
      throw new StoreException(
          "Redis did not answer in time; it is not known whether anything was done, so send the same"
              + " event ids again",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(
          "interrupted while waiting for Redis; it is not known whether anything was done, so send"
              + " the same event ids again",
          e);
    }
  }

  /** Whether the same may go well in a moment: refused for now, or the connection broke. */
  private boolean isPassing(RedisException e) {
    if (!(e instanceof RedisCommandExecutionException)) {
      return !closed;
    }
    return e instanceof RedisLoadingException
        || e instanceof RedisBusyException
        || e instanceof RedisReadOnlyException
        || hasCode(e, "READONLY") // from within a script
        || hasCode(e, "CLUSTERDOWN")
        || hasCode(e, "TRYAGAIN")
        || hasCode(e, "MASTERDOWN");
  }

  /** Returns whether an error of Redis, also one raised inside of a script, is of a kind. */
  static boolean hasCode(Throwable e, String code) {
    String message = String.valueOf(e.getMessage());
    return message.startsWith(code) || message.contains("-" + code);
  }

  private static <T extends @Nullable Object> T translated(Supplier<T> action) {
    try {
      return action.get();
    } catch (RedisCommandExecutionException e) {
      throw refused(e);
    } catch (RedisException e) {
      throw new StoreException(
          "the connection to Redis failed; it is not known whether anything was done, so send the"
              + " same event ids again: "
              + reason(e),
          e);
    }
  }

  private static StoreException refused(RedisCommandExecutionException e) {
    if (hasCode(e, "NOTIFYEPOCH")) {
      return new EpochException(e);
    }
    if (hasCode(e, "OOM")) {
      return new StoreException(
          "Redis has no memory left (maxmemory); nothing was stored. Purge, or give it more", e);
    }
    if (e instanceof RedisReadOnlyException || hasCode(e, "READONLY")) {
      return new StoreException("Redis is a read-only replica; nothing was stored", e);
    }
    if (hasCode(e, "MISCONF")) {
      return new StoreException(
          "Redis refuses writes because it cannot write to its disk; nothing was stored", e);
    }
    return new StoreException("Redis refused: " + reason(e), e);
  }

  /** What failed, and what was at the bottom of it, such as a certificate or a password. */
  private static String reason(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String kind = kind(e);
    return kind.equals(kind(root)) ? kind : kind + " (" + kind(root) + ")";
  }

  /** The first word of an error names its kind; what follows may quote arguments. */
  private static String kind(Throwable e) {
    if (e instanceof RedisCommandExecutionException) {
      return String.valueOf(e.getMessage()).split(" ", 2)[0].toUpperCase(Locale.ROOT);
    }
    return e.getClass().getSimpleName();
  }

  @Override
  public void close() {
    closed = true;
    connection.close();
    shutdown(client);
  }

  static void shutdown(AbstractRedisClient client) {
    client.shutdown(Duration.ZERO, SHUTDOWN);
    client
        .getResources()
        .shutdown(0, SHUTDOWN.toMillis(), MILLISECONDS)
        .awaitUninterruptibly(SHUTDOWN.toMillis());
  }
}
