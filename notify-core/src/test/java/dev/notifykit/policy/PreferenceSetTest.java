package dev.notifykit.policy;

import static dev.notifykit.SuppressionReason.CATEGORY_OFF;
import static dev.notifykit.SuppressionReason.CHANNEL_OFF;
import static dev.notifykit.SuppressionReason.ERASED;
import static dev.notifykit.SuppressionReason.OPTED_OUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.SuppressionReason;
import dev.notifykit.policy.Category.Consent;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class PreferenceSetTest {
  private static final String CATEGORY = "news";
  private static final String TOPIC = "friend-7";
  private static final Boolean[] CHOICES = {null, true, false};

  /** Every combination of a global, topic, narrow, channel and category choice, and consent. */
  static Stream<Arguments> truthTable() {
    List<Arguments> rows = new ArrayList<>();
    for (Boolean all : CHOICES) {
      for (Boolean topic : CHOICES) {
        for (Boolean narrow : CHOICES) {
          for (Boolean channel : CHOICES) {
            for (Boolean category : CHOICES) {
              for (Consent consent : Consent.values()) {
                rows.add(Arguments.of(all, topic, narrow, channel, category, consent));
              }
            }
          }
        }
      }
    }
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource("truthTable")
  void narrowestChoiceWins(
      @Nullable Boolean all,
      @Nullable Boolean topic,
      @Nullable Boolean narrow,
      @Nullable Boolean channel,
      @Nullable Boolean category,
      Consent consent) {
    List<Preference> choices = new ArrayList<>();
    add(choices, all, null, null, null);
    add(choices, topic, null, null, TOPIC);
    add(choices, narrow, Channel.EMAIL, CATEGORY, null);
    add(choices, channel, Channel.EMAIL, null, null);
    add(choices, category, null, CATEGORY, null);
    // What is about anything else must not matter, nor the order.
    add(choices, false, Channel.SMS, null, null);
    add(choices, false, Channel.SMS, CATEGORY, null);
    add(choices, false, Channel.EMAIL, "other", null);
    add(choices, false, null, null, "other topic");
    // By the text, since an enum's hash is another in each run.
    int seed = choices.toString().hashCode();
    Collections.shuffle(choices, new Random(seed));
    PreferenceSet set = new PreferenceSet(choices, null, false);
    Category asked = Category.builder(CATEGORY).consent(consent).build();

    assertThat(set.suppression(Channel.EMAIL, asked, TOPIC).orElse(null))
        .as("seed %d", seed)
        .isEqualTo(expected(all, topic, narrow, channel, category, consent));
    assertThat(set.suppression(Channel.EMAIL, asked, null).orElse(null))
        .as("without a topic, seed %d", seed)
        .isEqualTo(expected(all, null, narrow, channel, category, consent));
  }

  private static void add(
      List<Preference> choices,
      @Nullable Boolean in,
      @Nullable Channel channel,
      @Nullable String category,
      @Nullable String topic) {
    if (in != null) {
      choices.add(new Preference(channel, category, topic, in));
    }
  }

  /** The rule as prose has it, one line a sentence. */
  private static @Nullable SuppressionReason expected(
      @Nullable Boolean all,
      @Nullable Boolean topic,
      @Nullable Boolean narrow,
      @Nullable Boolean channel,
      @Nullable Boolean category,
      Consent consent) {
    if (consent == Consent.MANDATORY) {
      return null;
    }
    if (Boolean.FALSE.equals(all) || Boolean.FALSE.equals(topic)) {
      return OPTED_OUT;
    }
    if (narrow != null) {
      return narrow ? null : CATEGORY_OFF;
    }
    if (Boolean.FALSE.equals(channel)) {
      return CHANNEL_OFF;
    }
    boolean in = category != null ? category : consent == Consent.OPT_OUT;
    return in ? null : CATEGORY_OFF;
  }

  @ParameterizedTest
  @CsvSource({"OPT_IN", "OPT_OUT", "MANDATORY"})
  void nothingIsSentToTheErased(Consent consent) {
    PreferenceSet erased = new PreferenceSet(List.of(), null, true);
    Category category = Category.builder(CATEGORY).consent(consent).build();
    assertThat(erased.suppression(Channel.PUSH, category, null)).contains(ERASED);
  }

  @Test
  void laterChoiceReplacesTheOneAboutTheSame() {
    PreferenceSet set = PreferenceSet.NONE;
    for (int i = 0; i < 10; i++) {
      set = set.with(new Preference(Channel.SMS, null, null, i % 2 == 0));
      set = set.with(new Preference(Channel.SMS, CATEGORY, null, true));
    }
    assertThat(set.choices())
        .containsExactlyInAnyOrder(
            new Preference(Channel.SMS, null, null, false),
            new Preference(Channel.SMS, CATEGORY, null, true));
  }

  @Test
  void quietHoursAndChoicesDoNotDisturbEachOther() {
    QuietHours hours = QuietHours.between(LocalTime.of(22, 0), LocalTime.of(7, 0));
    Preference choice = new Preference(Channel.SMS, null, null, false);
    PreferenceSet set = PreferenceSet.NONE.withQuietHours(hours).with(choice);
    assertThat(set.quietHours()).isEqualTo(hours);
    assertThat(set.withQuietHours(null).choices()).containsExactly(choice);
    assertThat(PreferenceSet.NONE.choices()).isEmpty();
  }

  @Test
  void choicesAreCopied() {
    List<Preference> mine = new ArrayList<>();
    PreferenceSet set = new PreferenceSet(mine, null, false);
    mine.add(new Preference(null, null, null, false));
    assertThat(set.choices()).isEmpty();
  }
}
