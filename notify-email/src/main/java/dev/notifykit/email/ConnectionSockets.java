package dev.notifykit.email;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of one connection, as Angus Mail asks for them. Knowing them gives two things that
 * Angus keeps to itself: a stream to write a pipelined batch to, and a way to cut a dialogue that
 * hangs from another thread (its own methods all wait for the hanging one).
 */
final class ConnectionSockets {
  /** More than a server has to say about one mail, the certificates of its greeting included. */
  private static final int MOST_RECEIVED = 1 << 20;

  private int received; // by the thread that uses the connection

  private volatile @Nullable Socket raw;
  private volatile @Nullable Socket current;

  /** Returns the factory of plain connections. */
  SocketFactory plain() {
    return new Plain();
  }

  /** Returns the factory of TLS over a plain connection, at once or after STARTTLS. */
  SSLSocketFactory tls(SSLSocketFactory context) {
    return new Tls(context);
  }

  boolean isEncrypted() {
    return current instanceof SSLSocket;
  }

  /** Lets the server say as much again as it may about one mail. */
  void nextMail() {
    received = 0;
  }

  OutputStream out() throws IOException {
    Socket socket = current;
    if (socket == null) {
      throw new IOException("not connected");
    }
    return socket.getOutputStream();
  }

  /**
   * Ends the connection at once. The socket below TLS is closed and not the TLS one, which would
   * first wait for a write in progress.
   */
  void cut() {
    Socket socket = raw;
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        // Closing is all that was wanted; the descriptor is released either way.
      }
    }
  }

  private Socket keepRaw(Socket socket) throws IOException {
    socket.setTcpNoDelay(true); // commands are small and each waits for its reply
    raw = socket;
    current = socket;
    return socket;
  }

  /** Angus Mail keeps a reply whole, however long it becomes. */
  private final class Limited extends Socket {
    @Override
    public InputStream getInputStream() throws IOException {
      return new FilterInputStream(super.getInputStream()) {
        @Override
        public int read() throws IOException {
          int b = super.read();
          count(1);
          return b;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
          int n = super.read(to, offset, length);
          count(n);
          return n;
        }
      };
    }

    private void count(int n) throws IOException {
      received += n;
      if (received > MOST_RECEIVED) {
        throw new IOException("the server does not stop talking");
      }
    }
  }

  private final class Plain extends SocketFactory {
    @Override
    public Socket createSocket() throws IOException {
      return keepRaw(new Limited());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return keepRaw(new Socket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
        throws IOException {
      return keepRaw(new Socket(host, port, local, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return keepRaw(new Socket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
        throws IOException {
      return keepRaw(new Socket(host, port, local, localPort));
    }
  }

  private final class Tls extends SSLSocketFactory {
    private final SSLSocketFactory context;

    Tls(SSLSocketFactory context) {
      this.context = context;
    }

    @Override
    public Socket createSocket(Socket below, String host, int port, boolean autoClose)
        throws IOException {
      keepRaw(below);
      return keep(context.createSocket(below, host, port, autoClose));
    }

    private Socket keep(Socket socket) {
      current = socket;
      return socket;
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return context.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return context.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return keepRaw(context.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
        throws IOException {
      return keepRaw(context.createSocket(host, port, local, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return keepRaw(context.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
        throws IOException {
      return keepRaw(context.createSocket(host, port, local, localPort));
    }
  }
}
