package dev.notifykit.benchmarks;

import dev.notifykit.NotificationClient;
import dev.notifykit.RouteStats;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** What the benchmarks of providers have in common. */
final class Sending {
  /** So many wait in the client's queue at most: what a caller gives is not what is measured. */
  private static final int MOST_QUEUED = 20_000;

  private Sending() {}

  /**
   * Gives messages to a client and waits until the service has had all of them.
   *
   * @param arrived how many the service has
   * @param send sends the message of this number
   */
  static double through(
      NotificationClient client, int count, LongSupplier arrived, IntConsumer send) {
    Meter meter = new Meter();
    for (int i = 0; i < count; i++) {
      while (i - arrived.getAsLong() > MOST_QUEUED) {
        LockSupport.parkNanos(1_000_000);
      }
      send.accept(i);
    }
    while (arrived.getAsLong() < count || !client.isIdle()) {
      LockSupport.parkNanos(100_000);
    }
    double rate = meter.perSecond(count);
    long waiting = client.stats().routes().values().stream().mapToLong(RouteStats::scheduled).sum();
    if (waiting > 0) {
      throw new IllegalStateException(waiting + " messages wait to be tried again");
    }
    return rate;
  }

  /** Sends from as many threads as there may be messages in flight, each waiting for its answer. */
  static double fromThreads(int threads, int count, IntConsumer send) throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    CountDownLatch ended = new CountDownLatch(threads);
    Meter meter = new Meter();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    for (int t = 0; t < threads; t++) {
      pool.execute(
          () -> {
            for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
              send.accept(i);
            }
            ended.countDown();
          });
    }
    ended.await();
    double rate = meter.perSecond(count);
    pool.shutdown();
    return rate;
  }

  /** Posts a prepared body again and again over OkHttp: what is left when nothing is promised. */
  static double floor(HttpSink sink, String path, String type, String body, int inFlight, int count)
      throws InterruptedException {
    Dispatcher dispatcher = new Dispatcher();
    dispatcher.setMaxRequests(inFlight);
    dispatcher.setMaxRequestsPerHost(inFlight);
    OkHttpClient http =
        new OkHttpClient.Builder()
            .dispatcher(dispatcher)
            .connectionPool(new ConnectionPool(inFlight, 1, java.util.concurrent.TimeUnit.MINUTES))
            .callTimeout(Duration.ofSeconds(30))
            .build();
    Request request =
        new Request.Builder()
            .url(sink.url() + path)
            .post(RequestBody.create(body, MediaType.get(type)))
            .build();
    double rate = fromThreads(inFlight, count, i -> post(http, request));
    http.connectionPool().evictAll();
    dispatcher.executorService().shutdown();
    return rate;
  }

  private static void post(OkHttpClient http, Request request) {
    try (Response response = http.newCall(request).execute()) {
      if (!response.isSuccessful()) {
        throw new IllegalStateException("answered " + response.code());
      }
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until a permit is free. */
  static void take(Semaphore room) {
    room.acquireUninterruptibly();
  }

  /** Prints what a contestant took of what is bounded. */
  static void report(String who, HttpSink sink) {
    System.out.printf(
        "  %s: %d connections, at most %d threads%n",
        who, sink.connections.get(), ManagementFactory.getThreadMXBean().getPeakThreadCount());
    ManagementFactory.getThreadMXBean().resetPeakThreadCount();
  }
}
