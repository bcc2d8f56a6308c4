package dev.notifykit.policy;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.InvalidNotificationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventIdPolicyTest {
  @ParameterizedTest
  @ValueSource(strings = {"orders#7d0c", "a#1", "order-service.v2_x#A/b:c=d#e~", "1#!"})
  void wellFormedIdsPass(String id) {
    assertThatCode(() -> EventIdPolicy.SERVICE_SCOPED.check(id)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "orders",
        "#1",
        "orders#",
        "Orders#1",
        "orders #1",
        "orders# 1",
        "-orders#1",
        "ordersé#1",
        "orders#é",
        "ıorders#1",
        "orders#1\n",
        "orders#\t1"
      })
  void malformedIdsAreRefusedWithoutRepeatingThem(String id) {
    assertThatThrownBy(() -> EventIdPolicy.SERVICE_SCOPED.check(id))
        .isInstanceOf(InvalidNotificationException.class)
        .hasMessageStartingWith("eventId")
        .hasMessageNotContaining(id);
  }

  @ParameterizedTest
  @ValueSource(ints = {65, 200})
  void overlongServiceIsRefused(int length) {
    assertThatThrownBy(() -> EventIdPolicy.SERVICE_SCOPED.check("a".repeat(length) + "#1"))
        .isInstanceOf(InvalidNotificationException.class);
    assertThatThrownBy(() -> EventIdPolicy.SERVICE_SCOPED.check("a#" + "1".repeat(129)))
        .isInstanceOf(InvalidNotificationException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"orders", "é", "a b", "#"})
  void anyIdPassesWithoutAPolicy(String id) {
    assertThatCode(() -> EventIdPolicy.ANY.check(id)).doesNotThrowAnyException();
  }
}
