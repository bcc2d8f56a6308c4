package dev.notifykit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.StoreException;
import dev.notifykit.store.memory.InMemoryStore;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompositeStoreCloseTest {
  private final List<String> closed = new ArrayList<>();

  /** A store that cannot be closed. */
  private NotificationStore failing(String name) {
    InMemoryStore store = InMemoryStore.create();
    return (NotificationStore)
        Proxy.newProxyInstance(
            CompositeStoreCloseTest.class.getClassLoader(),
            new Class<?>[] {NotificationStore.class},
            (p, method, args) -> {
              if (method.getName().equals("close")) {
                closed.add(name);
                throw new StoreException(name + " cannot be closed");
              }
              return method.invoke(store, args);
            });
  }

  @Test
  void storeThatCannotBeClosedKeepsNoneOfTheOthersOpen() {
    CompositeStore store =
        CompositeStore.builder(failing("main"))
            .templates(failing("templates"))
            .inbox(failing("inbox"))
            .build();
    assertThatThrownBy(store::close)
        .isInstanceOf(StoreException.class)
        .hasMessage("main cannot be closed")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(2));
    assertThat(closed).containsExactlyInAnyOrder("main", "templates", "inbox");
  }
}
