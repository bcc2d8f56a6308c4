package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Channel;
import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.event.NotificationEvent;
import dev.notifykit.event.NotificationListener;
import dev.notifykit.test.Await;
import dev.notifykit.test.RecordingProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What a send inside a Spring transaction promises, on any database. */
@Timeout(120)
abstract class TransactionCases {
  /** Returns a context with a database of its own, whose pool has two connections. */
  abstract ApplicationContextRunner database();

  @Configuration(proxyBeanMethods = false)
  @EnableTransactionManagement
  static class Shop {
    final List<NotificationEvent> events = new CopyOnWriteArrayList<>();

    @Bean
    RecordingProvider email() {
      return RecordingProvider.of(Channel.EMAIL);
    }

    @Bean
    NotificationListener listener() {
      return events::add;
    }

    @Bean
    Orders orders(DataSource dataSource, NotificationClient client) {
      return new Orders(new JdbcTemplate(dataSource), client);
    }
  }

  static class Orders {
    private final JdbcTemplate jdbc;
    private final NotificationClient client;

    Orders(JdbcTemplate jdbc, NotificationClient client) {
      this.jdbc = jdbc;
      this.client = client;
      jdbc.execute("CREATE TABLE IF NOT EXISTS shop_order (no VARCHAR(40) PRIMARY KEY)");
    }

    @Transactional
    public Receipt place(String no, RuntimeException failure) {
      jdbc.update("INSERT INTO shop_order (no) VALUES (?)", no);
      Receipt receipt = send(client, no);
      if (failure != null) {
        throw failure;
      }
      return receipt;
    }

    int count() {
      return jdbc.queryForObject("SELECT count(*) FROM shop_order", Integer.class);
    }
  }

  static Receipt send(NotificationClient client, String no) {
    return client
        .notification("order-placed")
        .eventId("order#" + no)
        .to(Recipient.builder("ann").email("ann@example.com").build())
        .with("orderNo", no)
        .via(Channel.EMAIL)
        .send();
  }

  private ApplicationContextRunner shop() {
    return database()
        .withUserConfiguration(Shop.class)
        // Whoever waits for the poll would wait for a day: only a wake-up delivers in time.
        .withPropertyValues("notify.poll-interval=1d");
  }

  private static TransactionTemplate transaction(ApplicationContext context) {
    return new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
  }

  @Test
  void commitDelivers() {
    shop()
        .run(
            context -> {
              Orders orders = context.getBean(Orders.class);
              Receipt receipt = orders.place("A-1", null);
              assertThat(receipt.completion().toCompletableFuture().join())
                  .extracting(d -> d.state())
                  .containsExactly(DeliveryState.ACCEPTED);
              assertThat(orders.count()).isOne();
            });
  }

  @Test
  void rollbackLeavesNothing() {
    shop()
        .run(
            context -> {
              Orders orders = context.getBean(Orders.class);
              NotificationClient client = context.getBean(NotificationClient.class);
              assertThatThrownBy(() -> orders.place("A-1", new IllegalStateException("no stock")))
                  .hasMessage("no stock");
              assertThat(orders.count()).isZero();
              assertThat(client.history("ann", 10)).isEmpty();
              assertThat(context.getBean(Shop.class).events).isEmpty();
              JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
              for (String table : List.of("notification", "queue", "log", "bucket")) {
                assertThat(
                        jdbc.queryForObject("SELECT count(*) FROM notify_" + table, Integer.class))
                    .as(table)
                    .isZero();
              }
              // The event id is free again.
              assertThat(orders.place("A-1", null).status()).isEqualTo(Receipt.Status.ACCEPTED);
              RecordingProvider email = context.getBean(RecordingProvider.class);
              assertThat(email.await(1)).hasSize(1);
            });
  }

  @Test
  void nothingIsSentAndNothingToldBeforeTheCommit() {
    shop()
        .run(
            context -> {
              NotificationClient client = context.getBean(NotificationClient.class);
              RecordingProvider email = context.getBean(RecordingProvider.class);
              Receipt receipt =
                  transaction(context)
                      .execute(
                          status -> {
                            Receipt sent = send(client, "A-1");
                            Await.until("nothing is at work", client::isIdle);
                            assertThat(email.sent()).isEmpty();
                            assertThat(context.getBean(Shop.class).events).isEmpty();
                            return sent;
                          });
              receipt.completion().toCompletableFuture().join();
              assertThat(email.sent()).hasSize(1);
              assertThat(context.getBean(Shop.class).events)
                  .filteredOn(NotificationEvent.DeliveryChanged.class::isInstance)
                  .hasSize(2);
            });
  }

  @Test
  void sendOutsideOfAnyTransactionCommitsOnItsOwn() {
    shop()
        .run(
            context -> {
              NotificationClient client = context.getBean(NotificationClient.class);
              send(client, "A-1").completion().toCompletableFuture().join();
              assertThat(context.getBean(RecordingProvider.class).sent()).hasSize(1);
            });
  }

  @Configuration(proxyBeanMethods = false)
  static class ManagerOfAQualifier {
    @Bean(defaultCandidate = false)
    @Qualifier("orders") DataSourceTransactionManager ordersManager(DataSource dataSource) {
      return new DataSourceTransactionManager(dataSource);
    }
  }

  @Test
  void sendAfterTheCommitOfAManagerThatIsHadByItsQualifierCommitsOnItsOwn() {
    shop()
        .withUserConfiguration(ManagerOfAQualifier.class)
        .withPropertyValues("spring.datasource.hikari.auto-commit=false")
        .run(
            context -> {
              NotificationClient client = context.getBean(NotificationClient.class);
              TransactionSynchronization callback =
                  new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                      send(client, "after-commit");
                    }
                  };
              new TransactionTemplate(
                      context.getBean("ordersManager", PlatformTransactionManager.class))
                  .executeWithoutResult(
                      status ->
                          TransactionSynchronizationManager.registerSynchronization(callback));
              assertThat(context.getBean(RecordingProvider.class).await(1)).hasSize(1);
            });
  }

  /** Spring leaves the connection bound then, but whatever is written by it nobody commits. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sendAfterTheCommitCommitsOnItsOwn(boolean autoCommit) {
    shop()
        .withPropertyValues("spring.datasource.hikari.auto-commit=" + autoCommit)
        .run(
            context -> {
              NotificationClient client = context.getBean(NotificationClient.class);
              TransactionSynchronization callbacks =
                  new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                      transaction(context)
                          .executeWithoutResult(joined -> send(client, "after-commit"));
                      TransactionTemplate other = transaction(context);
                      other.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
                      other.executeWithoutResult(inner -> send(client, "of-its-own"));
                      send(client, "after-commit-still");
                    }

                    @Override
                    public void afterCompletion(int status) {
                      send(client, "after-completion");
                    }
                  };
              transaction(context)
                  .executeWithoutResult(
                      status -> {
                        send(client, "inside");
                        TransactionSynchronizationManager.registerSynchronization(callbacks);
                      });
              assertThat(context.getBean(RecordingProvider.class).await(5)).hasSize(5);
            });
  }

  @Test
  void suspendedTransactionIsNotJoined() {
    shop()
        .run(
            context -> {
              NotificationClient client = context.getBean(NotificationClient.class);
              TransactionTemplate without = transaction(context);
              without.setPropagationBehavior(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
              transaction(context)
                  .executeWithoutResult(
                      outer -> {
                        without.executeWithoutResult(suspended -> send(client, "A-1"));
                        outer.setRollbackOnly();
                      });
              assertThat(context.getBean(RecordingProvider.class).await(1)).hasSize(1);
            });
  }

  @Test
  void nothingIsToldOfWhatASavepointTookBack() {
    shop()
        .run(
            context -> {
              NotificationClient client = context.getBean(NotificationClient.class);
              TransactionTemplate nested = transaction(context);
              nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
              transaction(context)
                  .executeWithoutResult(
                      outer -> {
                        send(client, "before");
                        nested.executeWithoutResult(
                            inner -> {
                              send(client, "taken-back");
                              inner.setRollbackOnly();
                            });
                        nested.executeWithoutResult(inner -> send(client, "nested"));
                      });
              assertThat(context.getBean(RecordingProvider.class).await(2)).hasSize(2);
              Await.until("nothing is at work", client::isIdle);
              assertThat(context.getBean(Shop.class).events)
                  .filteredOn(NotificationEvent.DeliveryChanged.class::isInstance)
                  .hasSize(4);
            });
  }

  /** Each needs one connection: if one needed a second, two at once would wait for each other. */
  @Test
  void asManyCanSendAtOnceAsThePoolHasConnections() {
    shop()
        .withPropertyValues(
            "spring.datasource.hikari.maximum-pool-size=2",
            "spring.datasource.hikari.connection-timeout=5000")
        .run(
            context -> {
              Orders orders = context.getBean(Orders.class);
              ExecutorService pool = Executors.newFixedThreadPool(8);
              try {
                List<Future<?>> placed = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                  String no = "A-" + i;
                  placed.add(pool.submit(() -> orders.place(no, null)));
                }
                for (Future<?> future : placed) {
                  future.get();
                }
              } finally {
                pool.shutdownNow();
              }
              assertThat(context.getBean(RecordingProvider.class).await(200)).hasSize(200);
            });
  }

  @Test
  void whatWasCommittedAndNotDispatchedIsSentByTheNextProcess() {
    ApplicationContextRunner shop = shop();
    shop.withPropertyValues("notify.auto-startup=false")
        .run(
            context -> {
              context.getBean(Orders.class).place("A-1", null);
              assertThat(context.getBean(RecordingProvider.class).sent()).isEmpty();
            });
    shop.run(context -> assertThat(context.getBean(RecordingProvider.class).await(1)).hasSize(1));
  }
}
