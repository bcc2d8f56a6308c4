package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationClient;
import dev.notifykit.test.Await;
import dev.notifykit.test.RecordingProvider;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class H2TransactionTest extends TransactionCases {
  @TempDir Path directory;

  @Override
  ApplicationContextRunner database() {
    return Boot.withDatabase(UUID.randomUUID().toString());
  }

  static ApplicationContextRunner inFile(Path file) {
    return Boot.withDatabase("unused")
        .withPropertyValues("spring.datasource.url=jdbc:h2:file:" + file + ";WRITE_DELAY=0");
  }

  /** The process is gone after the commit and before anything of ours hears of it. */
  @Test
  void crashBetweenCommitAndDispatchLosesNothing() throws IOException, InterruptedException {
    Path file = directory.resolve("shop").toAbsolutePath();
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                CrashAfterCommit.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(new File(output.toString()))
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(() -> read(output)).isEqualTo(CrashAfterCommit.HALTED);

    inFile(file)
        .withUserConfiguration(TransactionCases.Shop.class)
        .run(
            context -> {
              RecordingProvider email = context.getBean(RecordingProvider.class);
              assertThat(email.await(1)).hasSize(1);
              assertThat(email.sent().get(0).target().channel()).isEqualTo(Channel.EMAIL);
              assertThat(context.getBean(Orders.class).count()).isOne();
              NotificationClient client = context.getBean(NotificationClient.class);
              Await.until(
                  "it is settled",
                  () ->
                      client.history("ann", 10).stream()
                          .allMatch(d -> d.state() == DeliveryState.ACCEPTED));
            });
  }

  private static String read(Path output) {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      return "no output";
    }
  }
}
