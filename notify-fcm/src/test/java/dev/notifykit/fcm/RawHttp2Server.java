package dev.notifykit.fcm;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import okhttp3.tls.HandshakeCertificates;

/**
 * Speaks just enough HTTP/2 over TLS to end requests in ways that a whole server would not: it
 * takes the preface, and does to each request what comes next, once the request is here to its end.
 */
final class RawHttp2Server implements AutoCloseable {
  static final int NO_ERROR = 0;
  static final int INTERNAL_ERROR = 2;
  static final int REFUSED_STREAM = 7;

  private static final int DATA = 0;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int GOAWAY = 7;
  private static final int END_STREAM = 1;
  private static final int PREFACE_BYTES = 24;

  /** Answers one request. */
  interface Ending {
    void end(RawHttp2Server.Connection connection, int stream) throws IOException;
  }

  final AtomicInteger requests = new AtomicInteger();
  private final SSLServerSocket listener;
  private final Queue<Ending> endings = new ConcurrentLinkedQueue<>();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  RawHttp2Server(HandshakeCertificates certificates) throws IOException {
    listener =
        (SSLServerSocket)
            certificates
                .sslContext()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    SSLParameters parameters = listener.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    listener.setSSLParameters(parameters);
    start(this::listen);
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "raw-http2");
    thread.setDaemon(true);
    thread.start();
  }

  String url() {
    return "https://localhost:" + listener.getLocalPort();
  }

  /** Adds what happens to the next request. */
  void next(Ending ending) {
    endings.add(ending);
  }

  private void listen() {
    try {
      while (true) {
        Socket socket = listener.accept();
        sockets.add(socket);
        start(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      Connection connection = new Connection(socket, socket.getOutputStream());
      in.readFully(new byte[PREFACE_BYTES]);
      connection.frame(SETTINGS, 0, new byte[0]);
      while (true) {
        int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        in.readFully(new byte[length]);
        if (type == DATA && (flags & END_STREAM) != 0) {
          requests.incrementAndGet();
          endings.remove().end(connection, stream);
        }
      }
    } catch (IOException e) {
      // The client is gone, or the server is closed.
    }
  }

  /** One connection. */
  static final class Connection {
    private final Socket socket;
    private final OutputStream out;

    Connection(Socket socket, OutputStream out) {
      this.socket = socket;
      this.out = out;
    }

    /** Says that nothing after a stream was looked at, and that no more is taken. */
    void goAway(int lastStream) throws IOException {
      frame(GOAWAY, 0, ByteBuffer.allocate(8).putInt(lastStream).putInt(NO_ERROR).array());
    }

    void reset(int stream, int error) throws IOException {
      frame(RST_STREAM, stream, ByteBuffer.allocate(4).putInt(error).array());
    }

    void hangUp() throws IOException {
      socket.close();
    }

    private void frame(int type, int stream, byte[] payload) throws IOException {
      ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
      frame.put((byte) 0).putShort((short) payload.length).put((byte) type).put((byte) 0);
      out.write(frame.putInt(stream).put(payload).array());
      out.flush();
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
