package dev.notifykit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.ConfigurationException;
import dev.notifykit.Device;
import dev.notifykit.Target;
import dev.notifykit.store.memory.InMemoryStore;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TargetKeysTest {
  private static final Target PHONE = Target.phone("+14155550123");
  private static final byte[] FIRST =
      "first-first-first-first-first-00".getBytes(java.nio.charset.StandardCharsets.UTF_8);
  private static final byte[] SECOND =
      "second-second-second-second-0000".getBytes(java.nio.charset.StandardCharsets.UTF_8);

  private final OnceStore once = InMemoryStore.create().once();

  @Test
  void nodesOfAStoreHashAlikeAndOtherStoresDoNot() {
    String key = TargetKeys.of(List.of(), once).key(PHONE);
    assertThat(key).hasSize(24).isNotEqualTo(PHONE.key());
    assertThat(TargetKeys.of(List.of(), once).key(PHONE)).isEqualTo(key);
    assertThat(TargetKeys.of(List.of(), InMemoryStore.create().once()).key(PHONE))
        .isNotEqualTo(key);
  }

  @Test
  void oneAddressHasOneKey() {
    TargetKeys keys = TargetKeys.of(List.of(FIRST), once);
    assertThat(keys.key(Target.email("Ann@Example.COM")))
        .isEqualTo(keys.key(Target.email("ann@example.com")))
        .isNotEqualTo(keys.key(Target.phone("ann@example.com")));
    assertThat(keys.all(PHONE)).containsExactly(keys.key(PHONE));
    assertThat(keys.known(PHONE).key()).isEqualTo(keys.key(PHONE));
    assertThat(keys.known(PHONE)).isSameAs(keys.known(PHONE)).isEqualTo(PHONE);
    assertThat(keys.known(keys.known(PHONE)).key()).isEqualTo(keys.key(PHONE));
  }

  @Test
  void whatCannotBeGuessedKeepsItsKey() {
    TargetKeys keys = TargetKeys.of(List.of(FIRST), once);
    Target device = Target.device(Device.ios("0f".repeat(32)));
    for (Target target :
        List.of(device, Target.inbox("ann"), Target.missing(dev.notifykit.Channel.SMS))) {
      assertThat(keys.key(target)).isEqualTo(target.key());
      assertThat(keys.all(target)).containsExactly(target.key());
    }
  }

  @Test
  void aChangedSecretIsFoundByAndAForgottenOneIsRefused() {
    String before = TargetKeys.of(List.of(FIRST), once).key(PHONE);
    TargetKeys rotated = TargetKeys.of(List.of(SECOND, FIRST), once);
    assertThat(rotated.all(PHONE)).containsExactly(rotated.key(PHONE), before);
    assertThatThrownBy(() -> TargetKeys.of(List.of(SECOND), once))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("hashKey");
    assertThatThrownBy(() -> TargetKeys.of(List.of(), once))
        .isInstanceOf(ConfigurationException.class);
  }

  @Test
  void theStoresOwnSecretIsAnEarlierOneOnceOneIsConfigured() {
    String own = TargetKeys.of(List.of(), once).key(PHONE);
    TargetKeys configured = TargetKeys.of(List.of(FIRST), once);
    assertThat(configured.all(PHONE)).containsExactly(configured.key(PHONE), own);
  }

  @Test
  void plainFingerprintsAreLookedForWhereTheStoreHasSome() {
    once.putIfAbsent(TargetKeys.PLAIN, "yes", null);
    TargetKeys keys = TargetKeys.of(List.of(), once);
    assertThat(keys.all(PHONE)).containsExactly(keys.key(PHONE), PHONE.key());
  }

  @Test
  void aTargetShowsAKeyedHashOrNone() {
    assertThat(PHONE).hasToString("Target[SMS]");
    Target known = TargetKeys.of(List.of(), once).known(PHONE);
    assertThat(known).hasToString("Target[SMS " + known.key() + "]");
  }
}
