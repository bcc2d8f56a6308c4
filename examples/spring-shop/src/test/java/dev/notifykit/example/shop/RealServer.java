package dev.notifykit.example.shop;

import java.util.Map;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** Starts a server before the shop, and stops it after. */
abstract class RealServer implements ApplicationContextInitializer<ConfigurableApplicationContext> {
  /** Starts it and returns where it is. */
  abstract Map<String, Object> start(ConfigurableApplicationContext shop);

  @Override
  public void initialize(ConfigurableApplicationContext shop) {
    shop.getEnvironment()
        .getPropertySources()
        .addFirst(new MapPropertySource("real server", start(shop)));
  }

  static void stopWith(ConfigurableApplicationContext shop, DisposableBean stop) {
    ((DefaultListableBeanFactory) shop.getBeanFactory()).registerDisposableBean("realServer", stop);
  }
}
