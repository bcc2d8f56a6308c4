package dev.notifykit.example.shop;

import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Takes orders. */
// region orders
@Service
class Orders {
  private final JdbcClient database;
  private final NotificationClient notifications;

  Orders(JdbcClient database, NotificationClient notifications) {
    this.database = database;
    this.notifications = notifications;
  }

  /**
   * Writes the order and what its customer is to hear of it, both or neither: the notification is
   * stored by this transaction, and goes out once it has committed.
   */
  @Transactional
  public String place(String customer, String item, Payment payment) {
    String no = "A-" + database.sql("SELECT NEXTVAL('shop_order_no')").query(Long.class).single();
    Receipt receipt =
        notifications
            .notification("order-placed") // resources/notifications/order-placed
            .eventId("orders#" + no)
            .to(customer)
            .with("orderNo", no)
            .with("item", item)
            .send();
    database
        .sql("INSERT INTO shop_order (no, customer, item, notification) VALUES (?, ?, ?, ?)")
        .params(no, customer, item, receipt.notificationId())
        .update();
    payment.take();
    return no;
  }

  // endregion

  /** An order and the notification about it. */
  record Order(String no, String customer, String item, UUID notification) {}

  List<Order> latest(int count) {
    return database
        .sql("SELECT no, customer, item, notification FROM shop_order ORDER BY no DESC LIMIT ?")
        .param(count)
        .query(Order.class)
        .list();
  }
}
