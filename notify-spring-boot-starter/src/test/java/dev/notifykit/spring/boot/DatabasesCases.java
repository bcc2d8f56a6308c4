package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Channel;
import dev.notifykit.DeliveryState;
import dev.notifykit.Device;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.test.apns.FakeApnsServer;
import dev.notifykit.test.fcm.FakeFcmServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A whole application that has PostgreSQL and Redis, with pushes to both services. */
@SpringBootTest(
    classes = DatabasesCases.App.class,
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.jmx.enabled=false",
      "management.endpoints.web.exposure.include=*",
      "management.endpoint.health.show-details=always",
      "notify.push.apns.key-id=ABCDEFGHIJ",
      "notify.push.apns.team-id=KLMNOPQRST",
      "notify.push.apns.topics=com.example.shop",
      "notify.push.apns.ssl-bundle=apns"
    })
@ContextConfiguration(initializers = DatabasesCases.Servers.class)
@DirtiesContext
@Timeout(120)
abstract class DatabasesCases {
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class App {}

  /** Starts the servers before the application and stops them after it. */
  static final class Servers
      implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    @Override
    public void initialize(ConfigurableApplicationContext context) {
      var beans = (DefaultListableBeanFactory) context.getBeanFactory();
      try {
        EmbeddedPostgres postgres = RealServers.postgres();
        RealServers.Redis redis = RealServers.redis();
        FakeApnsServer apns = FakeApnsServer.start();
        FakeFcmServer fcm = FakeFcmServer.start();
        beans.registerDisposableBean("postgres", postgres::close);
        beans.registerDisposableBean("redis", redis.server()::stop);
        beans.registerDisposableBean("apns", apns::close);
        beans.registerDisposableBean("fcm", fcm::close);
        beans.registerSingleton("fakeApns", apns);
        beans.registerSingleton("fakeFcm", fcm);
        context
            .getEnvironment()
            .getPropertySources()
            .addFirst(new MapPropertySource("servers", properties(postgres, redis, apns, fcm)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Map<String, Object> properties(
        EmbeddedPostgres postgres,
        RealServers.Redis redis,
        FakeApnsServer apns,
        FakeFcmServer fcm) {
      return Map.of(
          "spring.datasource.url", postgres.getJdbcUrl("postgres", "postgres"),
          "spring.datasource.username", "postgres",
          "spring.data.redis.host", "localhost",
          "spring.data.redis.port", redis.port(),
          "spring.ssl.bundle.pem.apns.truststore.certificate",
              ApplicationTest.pem(apns.certificate()),
          "notify.push.apns.signing-key", ProvidersFromPropertiesTest.p8(),
          "notify.push.apns.server", apns.host() + ":" + apns.port(),
          "notify.push.fcm.credentials", fcm.credentials(),
          "notify.push.fcm.endpoint", fcm.url());
    }
  }

  @Autowired private ApplicationContext context;
  @Autowired private NotificationClient client;
  @Autowired private NotificationStore store;
  @Autowired private DataSource dataSource;
  @Autowired private PlatformTransactionManager transactions;
  @Autowired private FakeApnsServer apns;
  @Autowired private FakeFcmServer fcm;

  abstract Class<? extends NotificationStore> storeType();

  /** Returns whether a send is part of the transaction it is made in. */
  abstract boolean joinsTransactions();

  private Receipt send(String orderNo) {
    return client
        .notification("order-placed")
        .eventId("order#" + orderNo)
        .to(
            Recipient.builder("ann")
                .device(Device.ios("ab".repeat(32)))
                .device(Device.android("t1"))
                .build())
        .with("orderNo", orderNo)
        .via(Channel.PUSH)
        .send();
  }

  private static void accepted(Receipt receipt) {
    assertThat(receipt.completion().toCompletableFuture().join())
        .hasSize(2)
        .allMatch(d -> d.state() == DeliveryState.ACCEPTED, "accepted");
  }

  @Test
  void pushesGoThroughTheStoreThatWasChosen() {
    assertThat(store).isInstanceOf(storeType());
    accepted(send("A-1"));
    assertThat(apns.pushes()).anyMatch(p -> p.payload().contains("A-1"));
    assertThat(fcm.messages()).anyMatch(m -> m.body().contains("A-1"));
    assertThat(send("A-1").status()).isEqualTo(Receipt.Status.DUPLICATE);
  }

  @Test
  void transactionThatIsRolledBack() {
    new JdbcTemplate(dataSource)
        .execute("CREATE TABLE IF NOT EXISTS shop_order (no VARCHAR(40) PRIMARY KEY)");
    assertThatThrownBy(
            () ->
                new TransactionTemplate(transactions)
                    .executeWithoutResult(
                        status -> {
                          new JdbcTemplate(dataSource)
                              .update("INSERT INTO shop_order (no) VALUES ('A-2')");
                          send("A-2");
                          throw new IllegalStateException("no stock");
                        }))
        .hasMessage("no stock");
    assertThat(
            new JdbcTemplate(dataSource)
                .queryForObject("SELECT count(*) FROM shop_order WHERE no = 'A-2'", Integer.class))
        .isZero();
    assertThat(send("A-2").status())
        .isEqualTo(joinsTransactions() ? Receipt.Status.ACCEPTED : Receipt.Status.DUPLICATE);
  }

  @Test
  void healthAndEndpointAreThoseOfTheWholeApplication() {
    Http http = new Http(context);
    assertThat(http.get("/actuator/health").body().replaceAll("\\s", ""))
        .contains("\"notify\":{", "\"apns\":{", "\"fcm\":{", "\"store\":{", "\"db\":{");
    assertThat(http.get("/actuator/notify").body()).contains("\"apns\":{", "\"fcm\":{");
  }
}
