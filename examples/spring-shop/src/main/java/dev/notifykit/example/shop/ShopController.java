package dev.notifykit.example.shop;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.NotificationClient;
import dev.notifykit.ProviderStats;
import dev.notifykit.Recipient;
import dev.notifykit.example.shop.OutsideWorld.Arrival;
import dev.notifykit.example.shop.OutsideWorld.Service;
import dev.notifykit.policy.Category;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What the page asks for. */
@RestController
class ShopController {
  private static final Category ORDERS = Category.of("orders");
  private static final int SHOWN = 12;
  private static final int SHOWN_ARRIVALS = 40;

  private final Orders orders;
  private final Customers customers;
  private final NotificationClient notifications;
  private final OutsideWorld world;
  private final String webhook;

  ShopController(
      Orders orders,
      Customers customers,
      NotificationClient notifications,
      OutsideWorld world,
      @Value("${notify.web.public-url}/notify/webhooks/twilio") String webhook) {
    this.orders = orders;
    this.customers = customers;
    this.notifications = notifications;
    this.world = world;
    this.webhook = webhook;
  }

  record NewOrder(String customer, String item, Payment payment) {}

  @PostMapping("/orders")
  @ResponseStatus(HttpStatus.CREATED)
  Map<String, String> place(@RequestBody NewOrder order) {
    return Map.of("no", orders.place(order.customer(), order.item(), order.payment()));
  }

  @ExceptionHandler
  @ResponseStatus(HttpStatus.PAYMENT_REQUIRED)
  Map<String, String> declined(Payment.Declined declined) {
    return Map.of("refused", declined.getMessage());
  }

  // ---- customers

  @PutMapping("/customers/{id}/opt-outs/{channel}")
  void optOut(@PathVariable String id, @PathVariable Channel channel) {
    notifications.preferences().optOut(id, channel);
  }

  @DeleteMapping("/customers/{id}/opt-outs/{channel}")
  void optIn(@PathVariable String id, @PathVariable Channel channel) {
    notifications.preferences().optIn(id, channel);
  }

  /** A customer answers a text; the shop hears of it through Twilio's webhook. */
  @PostMapping("/texts/{number}/answers/{text}")
  Map<String, Integer> answer(@PathVariable String number, @PathVariable String text) {
    return Map.of("webhook", world.answerText(number, text, webhook));
  }

  // ---- outages

  @PutMapping("/outages/{service}")
  void breakDown(@PathVariable Service service) {
    world.breakDown(service);
  }

  @DeleteMapping("/outages/{service}")
  void repair(@PathVariable Service service) {
    world.repair(service);
  }

  // ---- what there is to see

  record State(
      List<Customer> customers,
      List<Told> orders,
      List<Provider> providers,
      List<Arrival> arrivals) {}

  record Customer(String id, String name, List<Channel> optedOut) {}

  record Told(String no, String customer, String item, List<Step> deliveries) {}

  record Step(String route, String state, String reason, int attempts) {}

  record Provider(Service service, boolean outage, String state, long accepted, long failed) {}

  @GetMapping("/state")
  State state() {
    return new State(
        customers.all().stream().map(this::customer).toList(),
        orders.latest(SHOWN).stream().map(this::told).toList(),
        Arrays.stream(Service.values()).map(this::provider).toList(),
        latest(world.arrivals()));
  }

  private static List<Arrival> latest(List<Arrival> all) {
    return all.subList(Math.max(0, all.size() - SHOWN_ARRIVALS), all.size());
  }

  private Customer customer(Recipient customer) {
    var choices = notifications.preferences().of(customer.id());
    List<Channel> optedOut =
        Arrays.stream(Channel.values())
            .filter(channel -> choices.suppression(channel, ORDERS, null).isPresent())
            .toList();
    return new Customer(customer.id(), customer.name().orElseThrow(), optedOut);
  }

  private Told told(Orders.Order order) {
    List<Step> steps =
        notifications.deliveries(order.notification()).stream().map(ShopController::step).toList();
    return new Told(order.no(), order.customer(), order.item(), steps);
  }

  private static Step step(Delivery delivery) {
    return new Step(
        delivery.route().key(), delivery.state().name(), delivery.reason(), delivery.attempts());
  }

  private Provider provider(Service service) {
    ProviderStats stats =
        notifications.stats().providers().stream()
            .filter(p -> p.name().equalsIgnoreCase(service.name()))
            .findFirst()
            .orElseThrow();
    return new Provider(
        service,
        world.outages().contains(service),
        stats.state().name(),
        stats.accepted(),
        stats.failed());
  }
}
