package dev.notifykit.email;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A mail server on a plain socket that can behave as oddly as a test asks. Steps are GREETING, the
 * verbs, and END for the reply to the final dot.
 */
final class ScriptedSmtpServer implements AutoCloseable {
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "GREETING", "220 scripted ESMTP",
          "HELO", "250 hello",
          "MAIL", "250 2.1.0 sender ok",
          "RCPT", "250 2.1.5 recipient ok",
          "DATA", "354 go ahead",
          "END", "250 2.0.0 queued",
          "RSET", "250 2.0.0 reset",
          "QUIT", "221 2.0.0 bye");

  /** What to do at a step in place of the default reply. */
  interface Action {
    void run(Dialogue dialogue) throws IOException;
  }

  private final CountDownLatch never = new CountDownLatch(1);
  private final ServerSocket listener;
  private final Map<String, Action> actions = new ConcurrentHashMap<>();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final List<String> commands = new CopyOnWriteArrayList<>();
  private final List<String> messages = new CopyOnWriteArrayList<>();
  private final List<StringBuffer> transactions = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile List<String> extensions = List.of("PIPELINING", "ENHANCEDSTATUSCODES");
  private volatile boolean readsContent = true;

  ScriptedSmtpServer() {
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** The commands as they came, without their line ends. */
  List<String> commands() {
    return commands;
  }

  long count(String verb) {
    return commands.stream().filter(c -> c.startsWith(verb)).count();
  }

  /** The messages whose final dot arrived, with their line ends and dot-stuffing. */
  List<String> messages() {
    return messages;
  }

  /** What came from each MAIL on until the next on its connection: commands, then the message. */
  List<String> transactions() {
    return transactions.stream().map(StringBuffer::toString).toList();
  }

  int connections() {
    return connections.get();
  }

  ScriptedSmtpServer offering(String... values) {
    extensions = List.of(values);
    return this;
  }

  ScriptedSmtpServer on(String step, Action action) {
    actions.put(step, action);
    return this;
  }

  ScriptedSmtpServer on(String step, String reply) {
    return on(step, d -> d.say(reply));
  }

  ScriptedSmtpServer byDefault(String step) {
    actions.remove(step);
    return this;
  }

  /** After DATA, reads nothing more of the message. */
  ScriptedSmtpServer stopsReading() {
    readsContent = false;
    return this;
  }

  static Action hangUp() {
    return d -> d.hangUp();
  }

  static Action reset() {
    return d -> d.reset();
  }

  static Action waitFor(CountDownLatch latch, String reply) {
    return d -> {
      await(latch);
      d.say(reply);
    };
  }

  static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** Ends the open connections; new ones are still taken. */
  void dropAll() {
    sockets.forEach(ScriptedSmtpServer::closeQuietly);
  }

  /** Refuses new connections; the open ones stay. */
  void refuseNew() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    refuseNew();
    dropAll();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        connections.incrementAndGet();
        start(() -> serve(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      new Dialogue(socket).run();
    } catch (IOException e) {
      // The client left, or the script says so.
    } finally {
      sockets.remove(socket);
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "scripted-smtp");
    thread.setDaemon(true);
    thread.start();
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone, which is what was wanted.
    }
  }

  /** One connection. */
  final class Dialogue {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private StringBuffer transaction = new StringBuffer();

    private Dialogue(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    void run() throws IOException {
      step("GREETING");
      while (true) {
        String command = line();
        commands.add(command);
        String verb = command.split("[ :]")[0].toUpperCase(Locale.ROOT);
        if (verb.equals("MAIL")) {
          transaction = new StringBuffer();
          transactions.add(transaction);
        }
        transaction.append(command).append("\r\n");
        step(verb);
        if (verb.equals("QUIT")) {
          return;
        }
      }
    }

    private void step(String step) throws IOException {
      String[] last = {""};
      lastSaid = last;
      Action action = actions.get(step);
      if (action != null) {
        action.run(this);
      } else if (step.equals("EHLO")) {
        greet();
      } else {
        say(DEFAULTS.getOrDefault(step, "500 5.5.1 what?"));
      }
      if (step.equals("DATA") && last[0].startsWith("354")) {
        content();
        step("END");
      }
    }

    private String[] lastSaid = {""};

    private void greet() throws IOException {
      StringBuilder reply = new StringBuilder("250-scripted");
      for (String extension : extensions) {
        reply.append("\r\n250-").append(extension);
      }
      say(reply.append("\r\n250 HELP").toString());
    }

    private void content() throws IOException {
      if (!readsContent) {
        await(never);
      }
      StringBuilder content = new StringBuilder();
      for (String line = line(); !line.equals("."); line = line()) {
        content.append(line).append("\r\n");
      }
      transaction.append(content);
      messages.add(content.toString());
    }

    private String line() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int b = in.read(); b != '\n'; b = in.read()) {
        if (b < 0) {
          throw new EOFException();
        }
        line.write(b);
      }
      String text = line.toString(StandardCharsets.UTF_8);
      if (!text.endsWith("\r")) {
        throw new IOException("bare LF on the wire");
      }
      String content = text.substring(0, text.length() - 1);
      if (content.indexOf('\r') >= 0) {
        throw new IOException("bare CR on the wire");
      }
      return content;
    }

    void say(String reply) throws IOException {
      lastSaid[0] = reply;
      raw(reply + "\r\n");
    }

    void raw(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    void read(int bytes) throws IOException {
      in.readNBytes(bytes);
    }

    /** Waits, for a server that is slow and not for a condition. */
    void pause(Duration time) throws IOException {
      try {
        never.await(time.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    void hangUp() throws IOException {
      throw new EOFException();
    }

    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      throw new EOFException();
    }
  }
}
