package dev.notifykit.spring.boot;

import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.jdbc.JdbcStore;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.store.redis.RedisStore;
import io.lettuce.core.RedisClient;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.ConfigurableTransactionManager;

/**
 * Chooses a store by what is there. In order, for the first that matches makes the bean: a user's
 * own, the database's, Redis, memory. Lazy, for a client of the user's may have another, and then
 * there should be no tables of this one.
 */
final class StoreConfiguration {
  private static final Logger log = LoggerFactory.getLogger(StoreConfiguration.class);
  private static final String TYPE = "notify.store.type";

  private StoreConfiguration() {}

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(ConnectionHolder.class)
  @ConditionalOnSingleCandidate(DataSource.class)
  @ConditionalOnMissingBean(NotificationStore.class)
  @ConditionalOnStoreType(StoreProperties.Type.JDBC)
  static class Jdbc {
    @Bean
    SpringTransactions notifyTransactions(
        DataSource dataSource, ObjectProvider<ConfigurableTransactionManager> managers) {
      return new SpringTransactions(dataSource, managers);
    }

    @Bean
    @Lazy
    @DependsOnDatabaseInitialization
    JdbcStore notificationStore(
        StoreProperties properties, DataSource dataSource, SpringTransactions transactions) {
      StoreProperties.Jdbc jdbc = properties.jdbc();
      JdbcStore.Builder builder =
          JdbcStore.builder(dataSource)
              .migrate(jdbc.migrate())
              .wakeNodes(jdbc.wakeNodes())
              .transactions(transactions);
      Options.set(jdbc.tablePrefix(), builder::tablePrefix);
      Options.set(jdbc.schema(), builder::schema);
      Options.set(jdbc.onUnsafeSettings(), builder::onUnsafeSettings);
      try {
        return Options.build("notify.store.jdbc", StoreProperties.Jdbc.class, builder::build);
      } catch (PropertyRefusedException e) {
        throw e.properties().contains("notify.store.jdbc") ? unusable(e) : e;
      }
    }

    /** The database is at fault, not a property of the store's; another store is the way out. */
    private static PropertyRefusedException unusable(PropertyRefusedException e) {
      return new PropertyRefusedException(
          List.of(TYPE),
          e.reason() + "; set it to memory, or define a NotificationStore bean",
          e.getCause());
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(RedisClient.class)
  @ConditionalOnMissingBean(NotificationStore.class)
  @ConditionalOnStoreType(StoreProperties.Type.REDIS)
  static class Redis {
    @Bean
    @Lazy
    RedisStore notificationStore(
        StoreProperties properties, Environment environment, ObjectProvider<SslBundles> bundles) {
      RedisAddress address = RedisAddress.of(environment);
      if (!address.isKnown()) {
        throw new PropertyRefusedException(
            List.of(RedisAddress.PROPERTY),
            "it is missing, and so is spring.data.redis.host",
            null);
      }
      if (address.uris().size() > 1 && !address.isCluster()) {
        throw new PropertyRefusedException(
            List.of("notify.store.redis.cluster"),
            "it is not true, and only a cluster has several addresses",
            null);
      }
      return Options.build(
          "notify.store.redis",
          StoreProperties.Redis.class,
          () -> {
            String tls = environment.getProperty(address.sslBundle());
            SslBundle bundle = new Tls(bundles).bundle(address.sslBundle(), tls);
            return store(properties.redis(), address, bundle);
          });
    }

    private static RedisStore store(
        StoreProperties.Redis redis, RedisAddress address, @Nullable SslBundle tls) {
      RedisStore.Builder builder =
          address.isCluster()
              ? RedisStore.clusterBuilder(address.uris().toArray(String[]::new))
              : RedisStore.builder(address.uris().get(0));
      Options.set(
          address.sentinelPassword(),
          password -> builder.sentinelCredentials(address.sentinelUsername(), password));
      Options.set(tls, bundle -> builder.tls(trust(bundle), keys(bundle)));
      Options.set(redis.keyPrefix(), builder::keyPrefix);
      Options.set(redis.partitions(), builder::partitions);
      Options.set(redis.timeout(), builder::timeout);
      Options.set(redis.trackingRetention(), builder::trackingRetention);
      Options.set(redis.inboxSize(), builder::inboxSize);
      Options.set(redis.onUnsafeSettings(), builder::onUnsafeSettings);
      return builder.build();
    }

    /** A bundle that says nothing of whom to trust means whom the JVM trusts. */
    private static @Nullable TrustManagerFactory trust(SslBundle bundle) {
      return bundle.getStores().getTrustStore() == null
          ? null
          : bundle.getManagers().getTrustManagerFactory();
    }

    private static @Nullable KeyManagerFactory keys(SslBundle bundle) {
      return bundle.getStores().getKeyStore() == null
          ? null
          : bundle.getManagers().getKeyManagerFactory();
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean(NotificationStore.class)
  static class Memory {
    @Bean
    @Lazy
    InMemoryStore notificationStore(StoreProperties properties) {
      if (properties.type() == StoreProperties.Type.REDIS) {
        throw new PropertyRefusedException(
            List.of(TYPE),
            "it is redis, but io.lettuce:lettuce-core is not on the class path",
            null);
      }
      if (properties.type() == StoreProperties.Type.JDBC) {
        throw new PropertyRefusedException(
            List.of(TYPE),
            "it is jdbc, but there is no single DataSource bean, or spring-jdbc is missing",
            null);
      }
      if (properties.type() == StoreProperties.Type.AUTO) {
        log.warn(
            "notifications are kept in memory and are gone with the process: there is no single"
                + " DataSource and no address of Redis; set {} to memory if that is meant",
            TYPE);
      }
      return Options.build(
          "notify.store.memory", StoreProperties.Memory.class, () -> store(properties.memory()));
    }

    private static InMemoryStore store(StoreProperties.Memory memory) {
      InMemoryStore.Builder builder = InMemoryStore.builder();
      Options.set(memory.capacity(), builder::capacity);
      Options.set(memory.blockWhenFull(), builder::blockWhenFull);
      Options.set(memory.inboxSize(), builder::inboxSize);
      return builder.build();
    }
  }
}
