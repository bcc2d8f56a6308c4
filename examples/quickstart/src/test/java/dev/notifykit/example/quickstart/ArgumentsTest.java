package dev.notifykit.example.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {
  @Test
  void withoutAnyServersAreStarted() {
    try (MailServers servers = Arguments.parse().mailServers()) {
      assertThat(servers.isInProcess()).isTrue();
    }
  }

  @Test
  void anotherServerIsNamedByHostAndPort() {
    Arguments arguments =
        Arguments.parse("--smtp", "mail.example.com:2525", "--state", "elsewhere");
    assertThat(arguments.state()).isEqualTo(Path.of("elsewhere"));
    try (MailServers servers = arguments.mailServers()) {
      assertThat(servers.isInProcess()).isFalse();
      assertThat(servers).hasToString("mail.example.com:2525");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--smtp",
        "--smtp :25",
        "--smtp host",
        "--smtp host:x",
        "--mail h:1",
        "--smtp h:1 x",
        "--state"
      })
  void anythingElseIsAnsweredWithTheUsage(String line) {
    assertThatThrownBy(() -> Arguments.parse(line.split(" ")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(Arguments.USAGE);
  }
}
