package dev.notifykit.example.quickstart;

/** What the command line may say: nothing, or {@code --smtp host:port}. */
final class Arguments {
  static final String USAGE = "usage: quickstart [--smtp host:port]";

  private Arguments() {}

  /**
   * Returns the server to send to.
   *
   * @throws IllegalArgumentException if the arguments are of another form
   */
  static MailServer mailServer(String... args) {
    if (args.length == 0) {
      return MailServer.start();
    }
    int colon = args.length == 2 ? args[1].lastIndexOf(':') : -1;
    if (!args[0].equals("--smtp") || colon < 1) {
      throw new IllegalArgumentException(USAGE);
    }
    try {
      int port = Integer.parseInt(args[1].substring(colon + 1));
      return MailServer.at(args[1].substring(0, colon), port);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(USAGE, e);
    }
  }
}
