package dev.notifykit.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class WebhookRequestTest {
  private static WebhookRequest post(String body) {
    return WebhookRequest.builder("POST", "https://n.example.com/in?&q=1&&r=%20+")
        .body(body.getBytes(UTF_8))
        .build();
  }

  @Test
  void fieldsAreReadInTheirOrder() {
    assertThat(post("").form()).isEmpty();
    assertThat(post("&").form()).isEmpty();
    assertThat(post("b=2&a&&b=1&=x&c=1=2&").form().entrySet())
        .extracting(Object::toString)
        .containsExactly("b=[2, 1]", "a=[]", "=[x]", "c=[1=2]");
    assertThat(post("").query()).containsEntry("q", List.of("1")).containsEntry("r", List.of("  "));
    assertThatIllegalArgumentException().isThrownBy(() -> post("a=%zz").form());
  }

  @Test
  void tooManyFieldsAreRefusedBeforeTheyFillTheMemory() {
    WebhookRequest request = post("a&".repeat(WebhookRequest.MAX_BODY / 2));
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = thread.getCurrentThreadAllocatedBytes();
    assertThatIllegalArgumentException().isThrownBy(request::form);
    assertThat(thread.getCurrentThreadAllocatedBytes() - before)
        .isLessThan(4L * WebhookRequest.MAX_BODY);
  }
}
