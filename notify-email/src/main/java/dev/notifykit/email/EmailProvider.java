package dev.notifykit.email;

import dev.notifykit.Channel;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.provider.SendThreads;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What the providers of mail share: a mail is checked, then sent by a thread that waits for the
 * answer, and closing waits for those in flight.
 */
abstract sealed class EmailProvider implements Provider permits ApiProvider, SmtpProvider {
  private final String name;
  private final Mailbox from;
  private final Duration timeout;
  final InstantSource clock;
  final SendThreads threads;

  /**
   * Creates a provider.
   *
   * @param b the options, checked
   * @param maxInFlight the most mails in flight
   */
  EmailProvider(Builder<?> b, int maxInFlight) {
    this.name = b.name;
    this.from = b.sender();
    this.timeout = b.timeout;
    this.clock = b.clock;
    this.threads = SendThreads.holdingMonitors("notify-" + name, maxInFlight);
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Channel channel() {
    return Channel.EMAIL;
  }

  @Override
  public final int maxInFlight() {
    return threads.max();
  }

  /**
   * {@inheritDoc}
   *
   * <p>A little longer than the builder's timeout, after which the exchange is cut, so that the
   * outcome known then still counts.
   */
  @Override
  public Duration timeout() {
    return timeout.plusSeconds(2);
  }

  @Override
  public final CompletionStage<Outcome> send(SendRequest request) {
    long deadline = deadline();
    try {
      CheckedMail mail = checked(request);
      return threads.run(() -> deliver(mail, deadline));
    } catch (UnsendableException e) {
      return CompletableFuture.completedStage(e.outcome());
    }
  }

  final CheckedMail checked(SendRequest request) throws UnsendableException {
    CheckedMail mail = CheckedMail.of(request, from);
    check(mail);
    return mail;
  }

  /** Returns when, by {@link System#nanoTime}, a mail that is given now must be done with. */
  final long deadline() {
    return System.nanoTime() + timeout.toNanos();
  }

  /**
   * Refuses what this service would refuse.
   *
   * @throws UnsendableException with the outcome to report
   */
  void check(CheckedMail mail) throws UnsendableException {}

  /**
   * Sends one mail and waits for the answer.
   *
   * @param deadline by {@link System#nanoTime}
   * @throws Exception if there is a bug
   */
  abstract Outcome deliver(CheckedMail mail, long deadline) throws Exception;

  /**
   * Ends the connections.
   *
   * @param drained whether no mail is in flight any more
   */
  abstract void disconnect(boolean drained);

  /**
   * Refuses further mails, waits for those in flight for as long as the builder's timeout allows
   * them, and ends the connections. Idempotent.
   */
  @Override
  public final void close() {
    disconnect(threads.close(timeout));
  }

  /** Shows the name; no address, no credentials. */
  @Override
  public String toString() {
    return getClass().getSimpleName() + "[" + name + "]";
  }

  /** The options they share. */
  abstract static sealed class Builder<B extends Builder<B>>
      permits ApiProvider.Builder, SmtpProvider.Builder {
    private String name;
    private @Nullable String from;
    private Duration timeout;
    private InstantSource clock = InstantSource.system();
    Duration connectTimeout = Duration.ofSeconds(10);

    Builder(String name, Duration timeout) {
      this.name = name;
      this.timeout = timeout;
    }

    abstract B self();

    /** Sets the name, unique among a client's providers; default the service's. */
    public B name(String value) {
      this.name = value;
      return self();
    }

    /**
     * Sets the sender, {@code shop@example.com} or {@code Shop <shop@example.com>}, which a message
     * may replace. Required. The server or service must be allowed to send for its domain: by SPF
     * and DKIM, and as a verified sender where the service asks for that.
     */
    public B from(String value) {
      this.from = value;
      return self();
    }

    /** Sets how long connecting may take; default 10 seconds. */
    public B connectTimeout(Duration value) {
      this.connectTimeout = value;
      return self();
    }

    /**
     * Sets how long one mail, or one request of many, may take in all; default 30 seconds, by SMTP
     * 60, waiting for a connection included.
     */
    public B timeout(Duration value) {
      this.timeout = value;
      return self();
    }

    /** Sets the clock that dates mails and that waits are reckoned from; default the system's. */
    public B clock(InstantSource value) {
      this.clock = Options.required("clock", value);
      return self();
    }

    final Duration timeout() {
      return timeout;
    }

    void check() {
      Options.name("name", name);
      Options.duration("connectTimeout", connectTimeout);
      Options.duration("timeout", timeout);
      sender();
    }

    private Mailbox sender() {
      return Options.mailbox("from", from);
    }
  }
}
