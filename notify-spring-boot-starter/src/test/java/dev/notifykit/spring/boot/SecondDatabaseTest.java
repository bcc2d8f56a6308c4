package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.NotificationClient;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.store.jdbc.JdbcStore;
import dev.notifykit.test.RecordingProvider;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The store is in one of two databases, as the guide shows it. */
@Timeout(60)
class SecondDatabaseTest {
  @Configuration(proxyBeanMethods = false)
  static class Databases {
    @Bean
    DataSource catalogue() {
      return new DriverManagerDataSource("jdbc:h2:mem:catalogue;DB_CLOSE_DELAY=-1");
    }

    @Bean
    DataSource orders() {
      return new DriverManagerDataSource("jdbc:h2:mem:orders;WRITE_DELAY=0;DB_CLOSE_DELAY=-1");
    }

    @Bean
    DataSourceTransactionManager catalogueManager(@Qualifier("catalogue") DataSource catalogue) {
      return new DataSourceTransactionManager(catalogue);
    }

    @Bean
    DataSourceTransactionManager ordersManager(@Qualifier("orders") DataSource orders) {
      return new DataSourceTransactionManager(orders);
    }

    @Bean
    RecordingProvider email() {
      return RecordingProvider.of(Channel.EMAIL);
    }

    // region store
    @Bean
    SpringTransactions transactions(
        @Qualifier("orders") DataSource orders,
        ObjectProvider<ConfigurableTransactionManager> managers) {
      return new SpringTransactions(orders, managers);
    }

    @Bean
    JdbcStore store(@Qualifier("orders") DataSource orders, SpringTransactions transactions) {
      return JdbcStore.builder(orders).transactions(transactions).build();
    }
    // endregion
  }

  private static TransactionTemplate transaction(ApplicationContext context, String manager) {
    return new TransactionTemplate(context.getBean(manager, PlatformTransactionManager.class));
  }

  @Test
  void sendJoinsTransactionsOfItsDatabaseOnly() {
    Boot.runner()
        .withUserConfiguration(Databases.class)
        .withPropertyValues("notify.poll-interval=1d")
        .run(
            context -> {
              NotificationClient client = context.getBean(NotificationClient.class);
              transaction(context, "ordersManager")
                  .executeWithoutResult(
                      status -> {
                        TransactionCases.send(client, "taken-back");
                        status.setRollbackOnly();
                      });
              transaction(context, "catalogueManager")
                  .executeWithoutResult(
                      status -> {
                        TransactionCases.send(client, "of-its-own");
                        status.setRollbackOnly();
                      });
              transaction(context, "ordersManager")
                  .executeWithoutResult(
                      status -> {
                        TransactionCases.send(client, "inside");
                        TransactionSynchronizationManager.registerSynchronization(
                            new TransactionSynchronization() {
                              @Override
                              public void afterCommit() {
                                TransactionCases.send(client, "after-commit");
                              }
                            });
                      });
              assertThat(context.getBean(RecordingProvider.class).await(3))
                  .extracting(sent -> ((EmailMessage) sent.message()).subject())
                  .containsExactlyInAnyOrder(
                      "Order of-its-own is placed",
                      "Order inside is placed",
                      "Order after-commit is placed");
            });
  }
}
