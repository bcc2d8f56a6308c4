package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.provider.Provider;
import java.lang.reflect.Method;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a provider says of itself is not lost when its sends are observed. */
class ObservedProviderTest {
  static Method[] methodsOfAProvider() {
    return Provider.class.getDeclaredMethods();
  }

  @ParameterizedTest
  @MethodSource("methodsOfAProvider")
  void noDefaultTakesThePlaceOfTheProvidersOwnAnswer(Method method) throws Exception {
    assertThat(
            ObservedProvider.class
                .getMethod(method.getName(), method.getParameterTypes())
                .getDeclaringClass())
        .isEqualTo(ObservedProvider.class);
  }
}
