package dev.notifykit.example.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Route;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.test.smtp.FakeSmtpServer;
import dev.notifykit.test.smtp.ReceivedMail;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the program in the middle of its evening and starts it again. The mail server is this
 * process's: what it received is what counts.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class KilledTest {
  private static final Pattern REFERENCE = Pattern.compile("orders#A-\\d+-[a-z]+");
  private static final int KILLED_AFTER = 300;

  private final Expected expected = Expected.ofFiles();

  @Test
  void anEveningThatWasKilledIsFinishedByTheNextRun(@TempDir Path directory) throws Exception {
    Path state = directory.resolve("evening");
    CountDownLatch untilKilled = new CountDownLatch(KILLED_AFTER);
    try (FakeSmtpServer server = FakeSmtpServer.builder().plain().start()) {
      MailServers.behave(server, ConcurrentHashMap.newKeySet());
      server.onReceived(mail -> untilKilled.countDown());

      Process killed = start(server, state, directory.resolve("killed.txt"));
      untilKilled.await();
      killed.destroyForcibly().waitFor(); // SIGKILL
      assertThat(server.received()).hasSizeLessThan(expected.mailed().size());
      int atWork = atWork(state);

      Path told = directory.resolve("finished.txt");
      Process next = start(server, state, told);
      assertThat(next.waitFor()).as(() -> read(told)).isZero();

      List<String> received = references(server.received());
      assertThat(new HashSet<>(received))
          .containsExactlyInAnyOrderElementsOf(new HashSet<>(expected.mailed()));
      assertThat(received.size() - expected.mailed().size())
          .as("sent again, because the answer was not noted")
          .isBetween(0, atWork);
      assertThat(read(told)).contains("The last run did not end.");
      assertThat(state).doesNotExist();
    }
  }

  private static Process start(FakeSmtpServer server, Path state, Path output) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "-Dfile.encoding=UTF-8",
            Quickstart.class.getName(),
            "--smtp",
            server.host() + ":" + server.port(),
            "--state",
            state.toString())
        .directory(output.getParent().toFile())
        .redirectErrorStream(true)
        .redirectOutput(new File(output.toString()))
        .start();
  }

  /** Returns how many mails were claimed and not settled when the process died. */
  private static int atWork(Path state) {
    try (MailServers none = MailServers.at("localhost", 1);
        Phones phones = new Phones();
        NotificationStore store = new Quickstart(none, phones, state, System.out).openStore()) {
      return Math.toIntExact(store.queue().depths().get(Route.EMAIL).inFlight());
    }
  }

  private static List<String> references(List<ReceivedMail> mails) {
    List<String> references = new ArrayList<>();
    for (ReceivedMail mail : mails) {
      Matcher matcher = REFERENCE.matcher(mail.text().orElseThrow());
      assertThat(matcher.find()).isTrue();
      references.add(matcher.group());
    }
    return references;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return String.valueOf(e);
    }
  }
}
