package dev.notifykit.test.provider;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A made-up service: one line of a request, one line of a reply, one connection each. */
final class LineService implements FakeService {
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<String> received = new CopyOnWriteArrayList<>();
  private final AtomicInteger ids = new AtomicInteger();
  private final CountDownLatch released = new CountDownLatch(1);
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final int port;
  private final ServerSocket server;
  private volatile ServiceBehaviour behaviour = ServiceBehaviour.ACCEPT;
  private volatile String retryAfter = "";

  LineService() {
    try {
      server = new ServerSocket();
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    port = server.getLocalPort();
    daemon(this::accept);
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "line-service");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return port;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        open.add(socket);
        daemon(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed.
    } finally {
      ended.complete(null);
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      String line = in.readLine();
      if (line != null) {
        received.add(line);
        answer(socket);
      }
    } catch (IOException | InterruptedException e) {
      return;
    } finally {
      open.remove(socket);
    }
  }

  private void answer(Socket socket) throws IOException, InterruptedException {
    OutputStream out = socket.getOutputStream();
    switch (behaviour) {
      case ACCEPT -> say(out, "ok m-" + ids.incrementAndGet() + "\n");
      case ANSWER_MALFORMED -> say(out, "<html>\n");
      case HANG -> {
        released.await();
        say(out, "ok m-" + ids.incrementAndGet() + "\n");
      }
      case DRIP -> {
        for (int i = 0; i < 60 && !socket.isClosed(); i++) {
          say(out, "o");
          released.await(1, java.util.concurrent.TimeUnit.SECONDS);
        }
      }
      case RESET_BEFORE_REPLY -> socket.setSoLinger(true, 0);
      case RESET_MID_REPLY -> {
        say(out, "o");
        socket.setSoLinger(true, 0);
      }
      case REFUSE_CONNECTIONS -> {}
      default -> say(out, "no " + behaviour + " " + retryAfter + "\n");
    }
  }

  private static void say(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Override
  public void behave(ServiceBehaviour value) {
    behaviour = value;
    if (value == ServiceBehaviour.REFUSE_CONNECTIONS) {
      close();
    }
  }

  @Override
  public void throttle(String value) {
    retryAfter = value;
    behaviour = ServiceBehaviour.THROTTLE_PROVIDER;
  }

  @Override
  public void release() {
    released.countDown();
  }

  @Override
  public int attempts() {
    return received.size();
  }

  @Override
  public List<String> received() {
    return List.copyOf(received);
  }

  @Override
  public void close() {
    try {
      server.close();
      // What it is about to accept still gets in while it is on its way out.
      ended.join();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
