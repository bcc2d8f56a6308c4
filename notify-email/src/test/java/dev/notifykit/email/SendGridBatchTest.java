package dev.notifykit.email;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationClient;
import dev.notifykit.Recipient;
import dev.notifykit.template.TemplateSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One notification to many, from {@code send} to the requests that SendGrid gets. */
@Timeout(60)
final class SendGridBatchTest {
  private static final int MANY = 2_500;

  private final MockEmailApi api = new MockEmailApi(SendGridContractTest::reply);

  @AfterEach
  void stop() {
    api.close();
  }

  private NotificationClient client(String text) {
    return NotificationClient.builder()
        .provider(
            SendGridProvider.builder()
                .apiBaseUrl(api.url())
                .apiKey("SG.secret")
                .from("Shop <shop@example.com>")
                .maxInFlight(1000)
                .build())
        .templates(
            TemplateSource.of(Map.of("sale/email.subject", "The sale", "sale/email.txt", text)))
        .build();
  }

  private static List<Delivery> send(NotificationClient client, int recipients) {
    var notification = client.notification("sale");
    for (int i = 0; i < recipients; i++) {
      notification.to(
          Recipient.builder("user-" + i).name("N" + i).email("user" + i + "@example.com").build());
    }
    return notification.send().completion().toCompletableFuture().join();
  }

  @Test
  void oneNotificationToManyTakesARequestForAThousand() {
    try (NotificationClient client = client("It has begun.")) {
      assertThat(send(client, MANY))
          .hasSize(MANY)
          .allMatch(d -> d.state() == DeliveryState.ACCEPTED);
    }
    Set<String> addresses = new HashSet<>();
    Set<String> ids = new HashSet<>();
    List<Integer> sizes = new ArrayList<>();
    for (var request : api.requests()) {
      JsonNode people = MockEmailApi.body(request).at("/personalizations");
      sizes.add(people.size());
      for (JsonNode person : people) {
        assertThat(person.at("/to")).hasSize(1);
        addresses.add(person.at("/to/0/email").asText());
        ids.add(person.at("/custom_args/delivery_id").asText());
      }
    }
    assertThat(sizes).allMatch(size -> size <= 1000).contains(1000);
    assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(MANY);
    assertThat(addresses).hasSize(MANY);
    assertThat(ids).hasSize(MANY);
  }

  @Test
  void whatDiffersByRecipientGoesByItself() {
    try (NotificationClient client = client("It has begun, {{recipient.name}}.")) {
      assertThat(send(client, 20)).allMatch(d -> d.state() == DeliveryState.ACCEPTED);
    }
    assertThat(api.requests()).hasSize(20);
  }
}
