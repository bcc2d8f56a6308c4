package dev.notifykit.benchmarks;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;

/**
 * A mail server that takes everything and keeps nothing, so that what is measured is the sender. It
 * answers at once: Nagle's algorithm is off, which would make every reply wait for 40 ms.
 */
final class SmtpSink implements AutoCloseable {
  final LongAdder mails = new LongAdder();
  private final ServerSocket server;

  SmtpSink() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread acceptor = new Thread(this::accept, "smtp-sink");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        Thread thread = new Thread(() -> serve(socket), "smtp-sink-connection");
        thread.setDaemon(true);
        thread.start();
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
      OutputStream out = new BufferedOutputStream(socket.getOutputStream());
      reply(in, out, "220 sink");
      boolean open = true;
      while (open) {
        open = answer(line(in), in, out);
      }
    } catch (IOException e) {
      // the client left
    }
  }

  private boolean answer(String command, InputStream in, OutputStream out) throws IOException {
    if (command.startsWith("EHLO")) {
      reply(in, out, "250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES");
    } else if (command.startsWith("DATA")) {
      reply(in, out, "354 go ahead");
      skipMail(in);
      mails.increment();
      reply(in, out, "250 2.0.0 taken");
    } else if (command.startsWith("QUIT") || command.isEmpty()) {
      reply(in, out, "221 2.0.0 bye");
      return false;
    } else {
      reply(in, out, "250 2.0.0 ok");
    }
    return true;
  }

  /** Flushes unless more commands are waiting already, as a server does that offers pipelining. */
  private static void reply(InputStream in, OutputStream out, String text) throws IOException {
    out.write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
    if (in.available() == 0) {
      out.flush();
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int c;
    while ((c = in.read()) >= 0 && c != '\n') {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private static void skipMail(InputStream in) throws IOException {
    String end = "\r\n.\r\n";
    int matched = 2; // the line before ended just now
    while (matched < end.length()) {
      int c = in.read();
      if (c < 0) {
        throw new IOException("the mail was cut off");
      }
      matched = c == end.charAt(matched) ? matched + 1 : c == '\r' ? 1 : 0;
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
