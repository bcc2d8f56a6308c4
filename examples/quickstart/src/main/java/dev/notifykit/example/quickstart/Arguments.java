package dev.notifykit.example.quickstart;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says.
 *
 * @param host the mail server to send to, or null for servers in this process
 * @param port its port
 * @param state the directory that keeps an evening that is not over
 */
record Arguments(@Nullable String host, int port, Path state) {
  static final String USAGE = "usage: quickstart [--smtp host:port] [--state directory]";

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException if it is of another form
   */
  static Arguments parse(String... args) {
    Arguments read = new Arguments(null, 0, Path.of("target", "shop"));
    if (args.length % 2 != 0) {
      throw new IllegalArgumentException(USAGE);
    }
    for (int i = 0; i < args.length; i += 2) {
      read = read.with(args[i], args[i + 1]);
    }
    return read;
  }

  private Arguments with(String option, String value) {
    return switch (option) {
      case "--smtp" -> withServer(value);
      case "--state" -> new Arguments(host, port, Path.of(value));
      default -> throw new IllegalArgumentException(USAGE);
    };
  }

  private Arguments withServer(String server) {
    int colon = server.lastIndexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException(USAGE);
    }
    try {
      int named = Integer.parseInt(server.substring(colon + 1));
      return new Arguments(server.substring(0, colon), named, state);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(USAGE, e);
    }
  }

  /** Returns the server that was named, or starts some. */
  MailServers mailServers() {
    return host == null ? MailServers.start() : MailServers.at(host, port);
  }
}
