package dev.notifykit.example.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FirstMailTest {
  @Test
  void theReadersFirstMailArrives() {
    try (MailServers servers = MailServers.start()) {
      assertThat(FirstMail.send(servers.providers().get(0)))
          .extracting(Delivery::state)
          .containsExactly(DeliveryState.ACCEPTED);
      assertThat(servers.received())
          .singleElement()
          .satisfies(mail -> assertThat(mail.subject()).isEqualTo("주문 A-1001 발송 완료"));
    }
  }

  @Test
  void theReadersProviderTalksToNobodyWithoutTls() {
    try (var provider = FirstMail.provider("smtp.example.com", "secret")) {
      assertThat(provider.toString()).contains("STARTTLS").doesNotContain("secret");
    }
  }
}
