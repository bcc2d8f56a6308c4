package dev.notifykit.benchmarks.faults;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * Lines of words between a worker and the parent, both ways. What is still unwritten when a process
 * dies was never said: a call that did not leave the worker never reached the provider.
 */
final class Link implements AutoCloseable {
  private static final String END = "";

  private final Socket socket;
  private final BlockingQueue<String> outgoing = new LinkedBlockingQueue<>();

  Link(Socket socket) {
    this.socket = socket;
  }

  /** Begins to read and write; {@code onEnd} is called once, after the last line was heard. */
  void start(String name, Consumer<String[]> onLine, Runnable onEnd) throws IOException {
    socket.setTcpNoDelay(true);
    daemon(name + "-writer", this::write);
    daemon(name + "-reader", () -> read(onLine, onEnd));
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  void say(Object... words) {
    StringBuilder line = new StringBuilder();
    for (Object word : words) {
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    outgoing.add(line.toString());
  }

  private void write() {
    try (BufferedWriter out =
        new BufferedWriter(
            new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8))) {
      while (true) {
        String line = outgoing.take();
        if (line.equals(END)) {
          return;
        }
        out.write(line);
        out.write('\n');
        if (outgoing.isEmpty()) {
          out.flush();
        }
      }
    } catch (IOException | InterruptedException e) {
      // The other side is gone; the reader tells.
    }
  }

  private void read(Consumer<String[]> onLine, Runnable onEnd) {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      String line = in.readLine();
      while (line != null) {
        onLine.accept(line.split(" "));
        line = in.readLine();
      }
    } catch (IOException | UncheckedIOException e) {
      // As good as the end of the stream.
    } finally {
      onEnd.run();
    }
  }

  /** Ends the connection after what was said so far. */
  @Override
  public void close() {
    outgoing.add(END);
  }
}
