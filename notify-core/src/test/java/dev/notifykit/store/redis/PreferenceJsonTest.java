package dev.notifykit.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Channel;
import dev.notifykit.policy.Preference;
import dev.notifykit.store.codec.UnreadableException;
import org.junit.jupiter.api.Test;

class PreferenceJsonTest {
  /** Nodes of two releases share the data while one takes the other's place. */
  @Test
  void passesOverAChoiceAboutAChannelThatOnlyANewerReleaseKnows() throws UnreadableException {
    String json = "{\"c\":{\"FAX|c|\":0,\"SMS|c|orders\":0,\"|t|FAX\":1}}";
    assertThat(PreferenceJson.read(json.getBytes(UTF_8)).choices())
        .containsExactlyInAnyOrder(
            new Preference(Channel.SMS, "orders", null, false),
            new Preference(null, null, "FAX", true));
  }

  @Test
  void refusesWhatIsNoPreference() {
    assertThatThrownBy(() -> PreferenceJson.read("{\"c\":{\"SMS\":0}}".getBytes(UTF_8)))
        .isInstanceOf(UnreadableException.class);
  }
}
