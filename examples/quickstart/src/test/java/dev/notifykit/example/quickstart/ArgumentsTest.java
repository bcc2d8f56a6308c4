package dev.notifykit.example.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {
  @Test
  void withoutAnyAServerIsStarted() {
    try (MailServer server = Arguments.mailServer()) {
      assertThat(server.isInProcess()).isTrue();
    }
  }

  @Test
  void anotherServerIsNamedByHostAndPort() {
    try (MailServer server = Arguments.mailServer("--smtp", "mail.example.com:2525")) {
      assertThat(server.isInProcess()).isFalse();
      assertThat(server).hasToString("mail.example.com:2525");
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
        "--smtp h:1 x"
      })
  void anythingElseIsAnsweredWithTheUsage(String line) {
    assertThatThrownBy(() -> Arguments.mailServer(line.split(" ")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(Arguments.USAGE);
  }
}
