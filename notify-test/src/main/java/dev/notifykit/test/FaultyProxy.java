package dev.notifykit.test;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on the loopback address that breaks connections as it is told: between an application
 * and a database, or a provider and a fake service. It knows nothing of what it carries, TLS
 * included. Thread-safe; a change of its ways takes effect on open connections at once.
 *
 * <pre>{@code
 * try (FaultyProxy proxy = FaultyProxy.to("localhost", server.port())) {
 *   provider = SmtpProvider.builder().host("localhost").port(proxy.port()).build();
 *   proxy.replies(FaultyProxy.Fault.blackHole());
 * }
 * }</pre>
 */
public final class FaultyProxy implements AutoCloseable {
  private static final int BUFFER = 16 * 1024;
  private static final int CONNECT_MILLIS = 5_000;

  private final SocketAddress target;
  private final InetAddress host = InetAddress.getLoopbackAddress();
  private final int port;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile @Nullable Listening listening;
  private volatile Fault requests = Fault.none();
  private volatile Fault replies = Fault.none();
  private volatile boolean closed;

  private record Listening(ServerSocket socket, CompletableFuture<Void> ended) {
    Listening(ServerSocket socket) {
      this(socket, new CompletableFuture<>());
    }

    /** What the thread is about to accept still gets in while it is on its way out. */
    void end() {
      closeQuietly(socket);
      ended.join();
    }
  }

  /** What is done to the bytes of one direction. */
  public static final class Fault {
    private enum Kind {
      NONE,
      BLACK_HOLE,
      RESET,
      DELAY,
      DRIP,
      CUT
    }

    private final Kind kind;
    private final long amount;
    private final AtomicLong left;

    private Fault(Kind kind, long amount) {
      this.kind = kind;
      this.amount = amount;
      this.left = new AtomicLong(amount);
    }

    /** Passes everything on. */
    public static Fault none() {
      return new Fault(Kind.NONE, 0);
    }

    /** Swallows everything and leaves the connection open. */
    public static Fault blackHole() {
      return new Fault(Kind.BLACK_HOLE, 0);
    }

    /** Resets the connection when the next byte comes. */
    public static Fault reset() {
      return new Fault(Kind.RESET, 0);
    }

    /**
     * Passes everything on late.
     *
     * @param by how late each piece is
     */
    public static Fault delay(Duration by) {
      return new Fault(Kind.DELAY, by.toNanos());
    }

    /** Passes on one byte a second. */
    public static Fault drip() {
      return new Fault(Kind.DRIP, Duration.ofSeconds(1).toNanos());
    }

    /**
     * Passes on so many bytes, of all connections together from now on, then resets.
     *
     * @param bytes how many, 0 or more
     */
    public static Fault cutAfter(long bytes) {
      return new Fault(Kind.CUT, bytes);
    }
  }

  private FaultyProxy(SocketAddress target) throws IOException {
    this.target = target;
    this.port = listen(0);
  }

  /**
   * Starts a proxy on a port of the system's choice.
   *
   * @param targetHost where it connects to
   * @param targetPort where it connects to
   */
  public static FaultyProxy to(String targetHost, int targetPort) {
    try {
      return new FaultyProxy(new InetSocketAddress(targetHost, targetPort));
    } catch (IOException e) {
      throw new UncheckedIOException("the proxy cannot listen", e);
    }
  }

  private int listen(int wanted) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(host, wanted));
    Listening started = new Listening(socket);
    listening = started;
    start("accept", () -> accept(started));
    return socket.getLocalPort();
  }

  /** Returns the port it listens on; the same for all its life. */
  public int port() {
    return port;
  }

  /** Returns how many connections were made through it. */
  public int connections() {
    return connections.get();
  }

  /** Returns how many connections are open. */
  public int open() {
    return links.size();
  }

  /**
   * Sets what is done to what clients send.
   *
   * @param fault what is done
   */
  public void requests(Fault fault) {
    this.requests = fault;
  }

  /**
   * Sets what is done to what the server sends.
   *
   * @param fault what is done
   */
  public void replies(Fault fault) {
    this.replies = fault;
  }

  /** Passes everything on again. Connections that were broken stay so. */
  public void heal() {
    requests = Fault.none();
    replies = Fault.none();
  }

  /** Resets all open connections. */
  public void resetAll() {
    links.forEach(Link::reset);
  }

  /** Stops listening, so that connections are refused, and resets the open ones. */
  public void refuse() {
    Listening before = listening;
    listening = null;
    if (before != null) {
      before.end();
    }
    resetAll();
  }

  /** Listens again, on the same port, after {@link #refuse}. */
  public void accept() {
    try {
      if (listening == null && !closed) {
        listen(port);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the proxy cannot listen on port " + port + " again", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    refuse();
  }

  private void accept(Listening on) {
    while (!on.socket.isClosed()) {
      acceptOne(on.socket);
    }
    on.ended.complete(null);
  }

  private void acceptOne(ServerSocket socket) {
    try {
      Socket client = socket.accept();
      connections.incrementAndGet();
      connect(client);
    } catch (IOException e) {
      // Closed by refuse() or close(), or a client that left before it was accepted.
      return;
    }
  }

  private void connect(Socket client) throws IOException {
    Socket upstream = new Socket();
    Link link = new Link(client, upstream);
    try {
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      upstream.connect(target, CONNECT_MILLIS);
    } catch (IOException e) {
      link.reset();
      throw e;
    }
    links.add(link);
    start("requests", () -> link.carry(client, upstream, /* isReply= */ false));
    start("replies", () -> link.carry(upstream, client, /* isReply= */ true));
  }

  private static void start(String what, Runnable work) {
    Thread thread = new Thread(work, "faulty-proxy-" + what);
    thread.setDaemon(true);
    thread.start();
  }

  private static void closeQuietly(@Nullable AutoCloseable closeable) {
    try {
      if (closeable != null) {
        closeable.close();
      }
    } catch (Exception e) {
      // It is gone either way.
      return;
    }
  }

  /** One connection: two sockets and a thread for each direction. */
  private final class Link {
    private final Socket client;
    private final Socket upstream;
    private final AtomicInteger ended = new AtomicInteger(); // of its two directions

    Link(Socket client, Socket upstream) {
      this.client = client;
      this.upstream = upstream;
    }

    void carry(Socket from, Socket to, boolean isReply) {
      byte[] buffer = new byte[BUFFER];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        int read = in.read(buffer);
        while (read >= 0) {
          pass(buffer, read, out, isReply);
          read = in.read(buffer);
        }
        to.shutdownOutput();
        endedHere();
      } catch (IOException e) {
        reset();
      }
    }

    /** Both sides have said that they are done: nothing is left to carry. */
    private void endedHere() {
      if (ended.incrementAndGet() == 2) {
        links.remove(this);
        closeQuietly(client);
        closeQuietly(upstream);
      }
    }

    private void pass(byte[] buffer, int length, OutputStream out, boolean isReply)
        throws IOException {
      Fault fault = fault(isReply);
      switch (fault.kind) {
        case NONE -> out.write(buffer, 0, length);
        case BLACK_HOLE -> {}
        case RESET -> reset();
        case DELAY -> {
          pause(fault, isReply);
          out.write(buffer, 0, length);
        }
        case DRIP -> drip(buffer, length, out, fault, isReply);
        case CUT -> cut(buffer, length, out, fault);
      }
    }

    private void drip(byte[] buffer, int length, OutputStream out, Fault fault, boolean isReply)
        throws IOException {
      for (int i = 0; i < length; i++) {
        pause(fault, isReply);
        out.write(buffer[i]);
      }
    }

    private void cut(byte[] buffer, int length, OutputStream out, Fault fault) throws IOException {
      long before = fault.left.getAndAdd(-length);
      out.write(buffer, 0, (int) Math.max(0, Math.min(before, length)));
      if (before <= length) {
        reset();
      }
    }

    private Fault fault(boolean isReply) {
      return isReply ? replies : requests;
    }

    /** Ends early where the fault does. */
    private void pause(Fault fault, boolean isReply) throws IOException {
      long end = System.nanoTime() + fault.amount;
      while (fault(isReply) == fault && System.nanoTime() - end < 0) {
        LockSupport.parkNanos(Math.min(end - System.nanoTime(), 20_000_000));
        if (client.isClosed()) {
          throw new IOException("closed");
        }
      }
    }

    /** Closes with a reset rather than a polite end, as a crashed peer does. */
    void reset() {
      links.remove(this);
      reset(client);
      reset(upstream);
    }

    private void reset(Socket socket) {
      try (socket) {
        socket.setSoLinger(true, 0);
      } catch (IOException e) {
        // Closed already.
        return;
      }
    }
  }
}
