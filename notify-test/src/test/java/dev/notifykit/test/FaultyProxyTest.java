package dev.notifykit.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.test.FaultyProxy.Fault;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class FaultyProxyTest {
  private static final int PATIENCE_MILLIS = 20_000;

  private ServerSocket echo;
  private FaultyProxy proxy;

  @BeforeEach
  void start() throws IOException {
    echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve);
    thread.setDaemon(true);
    thread.start();
    proxy = FaultyProxy.to(InetAddress.getLoopbackAddress().getHostAddress(), echo.getLocalPort());
  }

  private void serve() {
    while (!echo.isClosed()) {
      try {
        Socket socket = echo.accept();
        Thread thread =
            new Thread(
                () -> {
                  try (socket) {
                    socket.getInputStream().transferTo(socket.getOutputStream());
                  } catch (IOException e) {
                    return;
                  }
                });
        thread.setDaemon(true);
        thread.start();
      } catch (IOException e) {
        return;
      }
    }
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    echo.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private static String echoed(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes());
    return new String(socket.getInputStream().readNBytes(text.length()));
  }

  @Test
  void healthyProxyPassesEverythingOn() throws IOException {
    try (Socket socket = connect()) {
      assertThat(echoed(socket, "hello")).isEqualTo("hello");
    }
    assertThat(proxy.connections()).isEqualTo(1);
  }

  @Test
  void blackHoleSwallowsAndHeals() throws IOException {
    try (Socket socket = connect()) {
      proxy.replies(Fault.blackHole());
      socket.setSoTimeout(300);
      assertThatThrownBy(() -> echoed(socket, "lost")).isInstanceOf(SocketTimeoutException.class);
      proxy.heal();
      socket.setSoTimeout(PATIENCE_MILLIS);
      assertThat(echoed(socket, "found")).isEqualTo("found");
    }
  }

  @Test
  void resetBreaksTheConnection() throws IOException {
    try (Socket socket = connect()) {
      proxy.requests(Fault.reset());
      assertThatThrownBy(() -> echoed(socket, "x").isEmpty()).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void cutPassesOnSoManyBytes() throws IOException {
    try (Socket socket = connect()) {
      proxy.replies(Fault.cutAfter(3));
      socket.getOutputStream().write("hello".getBytes());
      StringBuilder read = new StringBuilder();
      assertThatThrownBy(
              () -> {
                while (true) {
                  int next = socket.getInputStream().read();
                  if (next < 0) {
                    throw new SocketException("end");
                  }
                  read.append((char) next);
                }
              })
          .isInstanceOf(SocketException.class);
      assertThat(read.toString()).isIn("hel", "he", "h", "");
    }
  }

  @Test
  void delayIsLate() throws IOException {
    try (Socket socket = connect()) {
      proxy.requests(Fault.delay(Duration.ofMillis(150)));
      long start = System.nanoTime();
      assertThat(echoed(socket, "x")).isEqualTo("x");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(149));
    }
  }

  @Test
  void healingEndsADelay() throws IOException {
    try (Socket socket = connect()) {
      proxy.replies(Fault.delay(Duration.ofHours(1)));
      socket.getOutputStream().write('x');
      socket.setSoTimeout(300);
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      proxy.heal();
      socket.setSoTimeout(PATIENCE_MILLIS);
      assertThat(socket.getInputStream().read()).isEqualTo('x');
    }
  }

  @Test
  void connectionThatBothSidesHaveEndedIsClosed() throws IOException {
    try (Socket socket = connect()) {
      assertThat(echoed(socket, "hello")).isEqualTo("hello");
      assertThat(proxy.open()).isEqualTo(1);
    }
    Await.until("the connection is closed", () -> proxy.open() == 0);
  }

  @Test
  void dripIsOneByteASecond() throws IOException {
    try (Socket socket = connect()) {
      proxy.replies(Fault.drip());
      long start = System.nanoTime();
      assertThat(echoed(socket, "ab")).isEqualTo("ab");
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThan(Duration.ofMillis(1_900));
    }
  }

  @Test
  void refusedUntilItListensAgainOnTheSamePort() throws IOException {
    proxy.refuse();
    assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
    proxy.accept();
    try (Socket socket = connect()) {
      assertThat(echoed(socket, "back")).isEqualTo("back");
    }
  }
}
