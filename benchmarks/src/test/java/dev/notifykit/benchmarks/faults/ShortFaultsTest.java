package dev.notifykit.benchmarks.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each fault in a form of some seconds; {@code benchmarks/faults.sh} runs them whole. */
@Timeout(300)
final class ShortFaultsTest {
  private static final long SEED =
      Long.getLong("notifykit.seed", Math.floorMod(System.nanoTime(), 1_000_000));
  private static RunDirectory files;
  private static Database postgres;

  @BeforeAll
  static void start() throws Exception {
    files = RunDirectory.create();
    postgres = Database.start("postgres", files.path());
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @Test
  void killedWorkersLoseNothing() throws Exception {
    passes(postgres, Options.of("F1", "postgres", SEED).with("sends", 200).with("kills", 3));
  }

  @Test
  void killedWorkersLoseNothingOfAFile() throws Exception {
    try (Database h2 = Database.start("h2", files.path())) {
      passes(h2, Options.of("F1", "h2", SEED).with("sends", 100).with("kills", 2));
    }
  }

  @Test
  void everyStepMayBeTheLast() throws Exception {
    passes(postgres, Options.of("F2", "postgres", SEED));
  }

  @Test
  void nodesDoNotSendWhatAnotherSends() throws Exception {
    passes(postgres, Options.of("F12", "postgres", SEED).with("sends", 500));
  }

  @Test
  void oneEventIdIsOneNotificationHoweverManySendIt() throws Exception {
    passes(postgres, Options.of("F21", "postgres", SEED).with("sends", 5));
  }

  @Test
  void nothingIsSentAfterItWasRefused() throws Exception {
    passes(postgres, Options.of("F22", "postgres", SEED).with("sends", 300));
  }

  private static void passes(Database database, Options options) throws Exception {
    ByteArrayOutputStream notes = new ByteArrayOutputStream();
    boolean passed =
        Faults.run(
            options.with("quick", 1), database, files.path(), new PrintStream(notes, true, UTF_8));
    assertThat(passed).as(notes.toString(UTF_8)).isTrue();
  }
}
