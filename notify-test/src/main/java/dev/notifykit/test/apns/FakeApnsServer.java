package dev.notifykit.test.apns;

import dev.notifykit.test.provider.FakeService;
import dev.notifykit.test.provider.ServiceBehaviour;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import okhttp3.tls.HeldCertificate;

/**
 * A stand-in for APNs: a server on the loopback address that speaks HTTP/2 over TLS, keeps what it
 * receives and answers as it is told.
 *
 * <pre>{@code
 * try (FakeApnsServer apns = FakeApnsServer.start()) {
 *   ApnsProvider.builder()
 *       .server(apns.host(), apns.port())
 *       .trustedCertificates(apns.certificate())
 *       ...
 *   apns.answer(push -> ApnsAnswer.unregistered(Instant.now()));
 * }
 * }</pre>
 *
 * <p>Thread-safe. Needs {@code io.netty:netty-codec-http2} and {@code okhttp-tls} on the class
 * path.
 */
public final class FakeApnsServer implements FakeService {
  private static final String HOST = "localhost";
  private static final int MAX_STREAMS = 1500;

  private final HeldCertificate certificate;
  private final SslContext tls;
  private final EventLoopGroup eventLoops =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("fake-apns", true), NioIoHandler.newFactory());
  private final ChannelGroup connections =
      new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, /* stayClosed= */ false);
  private final Queue<ReceivedPush> pushes = new ConcurrentLinkedQueue<>();
  private final AtomicInteger attempts = new AtomicInteger();
  private final Queue<Runnable> held = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Channel listener;
  private final int port;
  private volatile Function<ReceivedPush, ApnsAnswer> answers = push -> ApnsAnswer.accept();

  private FakeApnsServer() throws SSLException {
    this.certificate =
        new HeldCertificate.Builder()
            .commonName(HOST)
            .addSubjectAlternativeName(HOST)
            .duration(1, TimeUnit.DAYS)
            .build();
    this.tls = tls(certificate);
    this.listener =
        new ServerBootstrap()
            .group(eventLoops)
            .channel(NioServerSocketChannel.class)
            .childHandler(new Connection())
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
    this.port = ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** Starts a server that accepts everything, on a port of the system's choice. */
  public static FakeApnsServer start() {
    try {
      return new FakeApnsServer();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS does not start", e);
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "FakeApnsServer needs io.netty:netty-codec-http2, which notify-apns brings, and"
              + " com.squareup.okhttp3:okhttp-tls on the test class path; add them",
          e);
    }
  }

  private static SslContext tls(HeldCertificate held) throws SSLException {
    return SslContextBuilder.forServer(held.keyPair().getPrivate(), held.certificate())
        .sslProvider(SslProvider.JDK)
        .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                "h2"))
        .build();
  }

  /** Returns the name its certificate is for: {@code localhost}. */
  public String host() {
    return HOST;
  }

  /** Returns the port it listens on. */
  public int port() {
    return port;
  }

  /** Returns the certificate to trust. */
  public X509Certificate certificate() {
    return certificate.certificate();
  }

  /**
   * Sets what happens to pushes from now on; default {@link ApnsAnswer#accept}.
   *
   * @param value called for each push, on the server's own thread
   */
  public void answer(Function<ReceivedPush, ApnsAnswer> value) {
    answers = value;
  }

  /** Returns all that was received so far, in order, whatever was answered. */
  public List<ReceivedPush> pushes() {
    return List.copyOf(pushes);
  }

  /** Returns how many connections are open. */
  public int connections() {
    return connections.size();
  }

  @Override
  public void behave(ServiceBehaviour behaviour) {
    if (behaviour == ServiceBehaviour.REFUSE_CONNECTIONS) {
      listener.close().syncUninterruptibly();
      connections.close().awaitUninterruptibly();
      return;
    }
    ApnsAnswer answer = answerOf(behaviour);
    answer(push -> answer);
  }

  private static ApnsAnswer answerOf(ServiceBehaviour behaviour) {
    return switch (behaviour) {
      case ACCEPT -> ApnsAnswer.accept();
      case REJECT -> ApnsAnswer.refuse(400, "BadCollapseId");
      case INVALID_TARGET -> ApnsAnswer.unregistered(Instant.now().truncatedTo(ChronoUnit.MILLIS));
      case THROTTLE_TARGET -> ApnsAnswer.refuse(429, "TooManyRequests");
      case THROTTLE_PROVIDER -> ApnsAnswer.refuse(429, "TooManyProviderTokenUpdates");
      case FAIL_FOR_NOW -> ApnsAnswer.refuse(503, "ServiceUnavailable");
      case REFUSE_CREDENTIALS -> ApnsAnswer.refuse(403, "InvalidProviderToken");
      case FAIL_UNCLEAR -> ApnsAnswer.resetStream();
      case ANSWER_MALFORMED -> ApnsAnswer.raw(400, "<html>no JSON</html>");
      case HANG -> ApnsAnswer.hang();
      case DRIP -> ApnsAnswer.drip();
      case RESET_BEFORE_REPLY -> ApnsAnswer.resetConnection();
      case RESET_MID_REPLY -> ApnsAnswer.resetMidReply();
      case OPTED_OUT, REFUSE_CONNECTIONS ->
          throw new IllegalArgumentException("APNs cannot " + behaviour);
    };
  }

  /** Refused: APNs sends no Retry-After. */
  @Override
  public void throttle(String retryAfter) {
    throw new IllegalArgumentException("APNs sends no Retry-After");
  }

  @Override
  public void release() {
    answers = push -> ApnsAnswer.accept();
    if (!closed.get()) {
      eventLoops.execute(this::acceptHeld); // behind a push that is being answered
    }
  }

  private void acceptHeld() {
    for (Runnable reply = held.poll(); reply != null; reply = held.poll()) {
      reply.run();
    }
  }

  @Override
  public int attempts() {
    return attempts.get();
  }

  @Override
  public List<String> received() {
    return pushes.stream().map(ReceivedPush::raw).toList();
  }

  ApnsAnswer receive(ReceivedPush push) {
    pushes.add(push);
    attempts.incrementAndGet();
    return answers.apply(push);
  }

  void hold(Runnable reply) {
    held.add(reply);
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // awaited as a whole below
  public void close() {
    if (closed.compareAndSet(false, true)) {
      listener.close().syncUninterruptibly();
      connections.close();
      eventLoops
          .shutdownGracefully(0, 2, TimeUnit.SECONDS)
          .awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
  }

  private final class Connection extends ChannelInitializer<SocketChannel> {
    @Override
    protected void initChannel(SocketChannel channel) {
      connections.add(channel);
      channel
          .pipeline()
          .addLast(tls.newHandler(channel.alloc()))
          .addLast(
              Http2FrameCodecBuilder.forServer()
                  .initialSettings(
                      Http2Settings.defaultSettings().maxConcurrentStreams(MAX_STREAMS))
                  .gracefulShutdownTimeoutMillis(0)
                  .build())
          .addLast(
              new Http2MultiplexHandler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel stream) {
                      stream.pipeline().addLast(new PushStream(FakeApnsServer.this));
                    }
                  }));
    }
  }
}
