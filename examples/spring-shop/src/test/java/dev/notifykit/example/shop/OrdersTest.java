package dev.notifykit.example.shop;

import static dev.notifykit.test.NotifyAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.spring.boot.RecordNotifications;
import dev.notifykit.spring.boot.RecordedNotifications;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.UseMainMethod;
import org.springframework.test.annotation.DirtiesContext;

/** How a shop tests what it sends: nothing leaves the process. */
@DirtiesContext
@Timeout(120)
// region test
@SpringBootTest(
    useMainMethod = UseMainMethod.ALWAYS,
    properties = "spring.datasource.url=jdbc:h2:mem:orders;WRITE_DELAY=0")
@RecordNotifications
class OrdersTest {
  @Autowired private Orders orders;
  @Autowired private RecordedNotifications recorded;

  @Test
  void customerIsTold() {
    orders.place("ann", "a teapot", Payment.CARD);
    assertThat(recorded.email()).hasEmail().to("ann@example.com").containing("a teapot").once();
  }

  @Test
  void nobodyHearsOfAnOrderThatIsNotPaid() {
    assertThatThrownBy(() -> orders.place("ann", "a teapot", Payment.DECLINED_CARD))
        .isInstanceOf(Payment.Declined.class);
    assertThat(recorded.email()).hasNothing();
  }
}
// endregion
