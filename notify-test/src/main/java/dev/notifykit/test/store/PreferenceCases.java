package dev.notifykit.test.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.Device;
import dev.notifykit.Recipient;
import dev.notifykit.Route;
import dev.notifykit.Target;
import dev.notifykit.policy.Preference;
import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.policy.QuietHours;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.PreferenceStore;
import dev.notifykit.store.PreferenceStore.Restrictions;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/** What recipients chose is kept, and seen by every claim after it. */
abstract class PreferenceCases extends LimitCases {
  static final Preference NO_EMAIL = new Preference(Channel.EMAIL, null, null, false);
  static final Preference MUTED = new Preference(null, null, null, false);

  PreferenceCases() {}

  private PreferenceStore preferences() {
    return store().preferences();
  }

  @Test
  void restrictionsAreThePreferencesAndTheSuppressedAddresses() {
    preferences().put(TENANT, "user-1", NO_EMAIL);
    preferences().suppressTarget(TENANT, "key-2", "bounced");
    List<String> people = List.of("user-1", "user-2");
    List<String> targets = List.of("key-1", "key-2");
    Restrictions found = preferences().restrictions(TENANT, people, targets);
    assertThat(found.preferences().get("user-1")).isEqualTo(preferences().find(TENANT, "user-1"));
    assertThat(found.suppressed()).containsExactly("key-2");
    Restrictions ofOne = preferences().restrictions(TENANT, List.of("user-2"), List.of());
    assertThat(ofOne.preferences().getOrDefault("user-2", PreferenceSet.NONE))
        .isEqualTo(PreferenceSet.NONE);
    assertThat(ofOne.suppressed()).isEmpty();
    assertThat(preferences().restrictions(OTHER_TENANT, people, targets).suppressed()).isEmpty();
  }

  @Test
  void recipientWhoChoseNothingHasNoPreferences() {
    assertThat(preferences().find(TENANT, "user-1")).isEqualTo(PreferenceSet.NONE);
    assertThat(preferences().findAll(TENANT, List.of("user-1", "user-2"))).isEmpty();
    assertThat(preferences().findAll(TENANT, List.of())).isEmpty();
  }

  @Test
  void choicesOfEveryKindAreKeptSideBySide() {
    List<Preference> choices =
        List.of(
            MUTED.withOptedIn(true),
            NO_EMAIL,
            new Preference(Channel.EMAIL, "cat " + TEXT, null, true),
            new Preference(null, "cat " + TEXT, null, false),
            new Preference(null, "Cat " + TEXT, null, true),
            new Preference(null, null, "topic " + TEXT, false),
            new Preference(Channel.SMS, "marketing", null, false));
    choices.forEach(choice -> preferences().put(TENANT, "user-1", choice));
    assertThat(preferences().find(TENANT, "user-1").choices())
        .containsExactlyInAnyOrderElementsOf(choices);
  }

  @Test
  void newChoiceReplacesTheOneAboutTheSame() {
    for (boolean in : List.of(false, true, true, false)) {
      preferences().put(TENANT, "user-1", MUTED.withOptedIn(in));
      preferences().put(TENANT, "user-1", NO_EMAIL.withOptedIn(!in));
      assertThat(preferences().find(TENANT, "user-1").choices())
          .containsExactlyInAnyOrder(MUTED.withOptedIn(in), NO_EMAIL.withOptedIn(!in));
    }
  }

  @Test
  void quietHoursAreSetReplacedAndCleared() {
    QuietHours night = QuietHours.between(LocalTime.of(22, 0), LocalTime.of(7, 30));
    QuietHours lunch = QuietHours.between(LocalTime.of(12, 0), LocalTime.of(13, 0, 30));
    preferences().put(TENANT, "user-1", NO_EMAIL);
    for (QuietHours hours : List.of(night, lunch)) {
      preferences().putQuietHours(TENANT, "user-1", hours);
      assertThat(preferences().find(TENANT, "user-1").quietHours()).isEqualTo(hours);
    }
    preferences().putQuietHours(TENANT, "user-1", null);
    assertThat(preferences().find(TENANT, "user-1").quietHours()).isNull();
    assertThat(preferences().find(TENANT, "user-1").choices()).containsExactly(NO_EMAIL);
  }

  @Test
  void preferencesOfManyAreFoundAtOnce() {
    List<String> everyone = new ArrayList<>();
    for (int i = 0; i < 2_500; i++) {
      everyone.add("user-" + i);
      if (i % 2 == 0 && i < 400) {
        preferences().put(TENANT, "user-" + i, NO_EMAIL);
      }
    }
    Map<String, PreferenceSet> found = preferences().findAll(TENANT, everyone);
    assertThat(found).hasSize(200).containsKey("user-398").doesNotContainKey("user-1");
    assertThat(found.values()).allMatch(set -> set.choices().equals(List.of(NO_EMAIL)));
  }

  @Test
  void preferencesOfAnotherTenantAreNotFound() {
    preferences().put(TENANT, "user-1", NO_EMAIL);
    assertThat(preferences().find(OTHER_TENANT, "user-1")).isEqualTo(PreferenceSet.NONE);
    assertThat(preferences().findAll(OTHER_TENANT, List.of("user-1"))).isEmpty();
  }

  @Test
  void concurrentChoicesOfOneRecipientAreAllKept() throws Exception {
    together(
        16,
        i -> {
          preferences().put(TENANT, "user-1", new Preference(null, "category-" + i, null, false));
          return i;
        });
    assertThat(preferences().find(TENANT, "user-1").choices()).hasSize(16);
  }

  // ---- addresses

  @Test
  void suppressedAddressesAreFoundUntilTheyAreResumed() {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 1_200; i++) {
      keys.add(Target.email("user-" + i + "@example.com").key());
    }
    preferences().suppressTarget(TENANT, keys.get(3), "5.1.1");
    preferences().suppressTarget(TENANT, keys.get(3), "again " + TEXT);
    preferences().suppressTarget(TENANT, keys.get(7), "bounced");
    assertThat(preferences().suppressedTargets(TENANT, keys))
        .containsExactlyInAnyOrder(keys.get(3), keys.get(7));
    assertThat(preferences().suppressedTargets(OTHER_TENANT, keys)).isEmpty();
    assertThat(preferences().suppressedTargets(TENANT, List.of())).isEmpty();
    preferences().suppressTarget(TENANT, keys.get(3), null);
    preferences().suppressTarget(TENANT, keys.get(4), null);
    assertThat(preferences().suppressedTargets(TENANT, keys)).containsExactly(keys.get(7));
  }

  // ---- the late check

  @Test
  void optOutBeforeTheClaimIsSeenInTheClaim() throws Exception {
    appendReady(3);
    NotificationStore other = another();
    other.preferences().put(TENANT, "user-1", NO_EMAIL);
    other
        .preferences()
        .putQuietHours(
            TENANT, "user-2", QuietHours.between(LocalTime.of(1, 0), LocalTime.of(2, 0)));
    Map<String, PreferenceSet> seen = new java.util.HashMap<>();
    claim(10).forEach(c -> seen.put(c.delivery().recipientId(), c.preferences()));
    assertThat(seen).containsEntry("user-0", PreferenceSet.NONE);
    assertThat(seen)
        .hasEntrySatisfying("user-1", set -> assertThat(set.choices()).containsExactly(NO_EMAIL))
        .hasEntrySatisfying("user-2", set -> assertThat(set.quietHours()).isNotNull());
  }

  @Test
  void preferencesSeenInTheClaimAreThoseOfTheTenant() {
    store().preferences().put(OTHER_TENANT, "user-0", MUTED);
    appendOne();
    assertThat(claimOne().preferences()).isEqualTo(PreferenceSet.NONE);
  }

  @Test
  void laterClaimOfTheSameDeliverySeesTheLaterChoice() {
    appendOne();
    preferences().put(TENANT, "user-0", MUTED);
    ClaimedDelivery first = claimOne();
    assertThat(first.preferences().choices()).containsExactly(MUTED);
    settle(
        settlement(
            first, dev.notifykit.DeliveryState.RETRY_WAIT, "x", java.time.Duration.ZERO, null));
    preferences().put(TENANT, "user-0", MUTED.withOptedIn(true));
    assertThat(claimOne().preferences().choices()).containsExactly(MUTED.withOptedIn(true));
  }

  @Test
  void handedOffDeliveryCarriesPreferences() {
    requires(StoreCapability.HANDS_OFF);
    preferences().put(TENANT, "user-1", NO_EMAIL);
    preferences().suppressTarget(TENANT, Draft.address("user-2").key(), "bounced");
    Draft draft = draft().mail("user-1").mail("user-2");
    List<ClaimedDelivery> handed = appendWithHandoff(draft, Map.of(Route.EMAIL, 2)).handedOff();
    assertThat(handed.get(0).preferences().choices()).containsExactly(NO_EMAIL);
    assertThat(handed.get(0).targetSuppressed()).isFalse();
    assertThat(handed.get(1).targetSuppressed()).isTrue();
  }

  @Test
  void suppressedAddressIsSeenInTheClaim() {
    appendReady(2);
    preferences().suppressTarget(TENANT, Draft.address("user-1").key(), "5.1.1");
    preferences().suppressTarget(OTHER_TENANT, Draft.address("user-0").key(), "5.1.1");
    for (ClaimedDelivery claimed : claim(10)) {
      boolean expected = claimed.delivery().recipientId().equals("user-1");
      assertThat(claimed.targetSuppressed()).isEqualTo(expected);
    }
  }

  /** Whoever is given with the notification may have a device that somebody's profile once had. */
  @Test
  void deviceThatWasRemovedIsNotRefusedAnyMore() {
    Device removed = Device.android("tok-removed");
    Device erased = Device.android("tok-erased");
    Device replaced = Device.android("tok-replaced");
    Recipient owner =
        Recipient.builder("user-1").device(removed).device(erased).device(replaced).build();
    store().recipients().save(TENANT, owner);
    for (Device device : owner.devices()) {
      store().recipients().disableDevice(TENANT, device.id(), Optional.empty());
    }
    store().recipients().removeDevice(TENANT, "user-1", removed.id());
    store().recipients().save(TENANT, Recipient.builder("user-1").device(erased).build());
    store().recipients().disableDevice(TENANT, erased.id(), Optional.empty());
    store().recipients().erase(TENANT, "user-1");
    Draft draft = draft();
    owner.devices().forEach(device -> draft.to("user-2", null, Target.device(device)));
    append(draft);
    assertThat(claim(store(), Route.FCM, "worker-1", 10))
        .hasSize(3)
        .noneMatch(ClaimedDelivery::targetSuppressed);
  }

  @Test
  void disabledDeviceIsSeenInTheClaim() {
    Device good = Device.ios("a".repeat(64));
    Device gone = Device.ios("b".repeat(64));
    store()
        .recipients()
        .save(TENANT, Recipient.builder("user-1").device(good).device(gone).build());
    append(draft().to("user-1", null, Target.device(good)).to("user-1", null, Target.device(gone)));
    store().recipients().disableDevice(TENANT, gone.id(), Optional.empty());
    Set<String> suppressed = new HashSet<>();
    for (ClaimedDelivery claimed : claim(store(), Route.APNS, WORKER, 10)) {
      if (claimed.targetSuppressed()) {
        suppressed.add(claimed.delivery().target().key());
      }
    }
    assertThat(suppressed).containsExactly(gone.id());
  }

  @Test
  void optOutRacingClaimsIsSeenByEveryLaterClaim() throws Exception {
    raceAgainstClaims(
        (node, user) -> node.preferences().put(TENANT, user, MUTED),
        claimed -> claimed.preferences().choices().equals(List.of(MUTED)));
  }

  @Test
  void eraseRacingClaimsIsSeenByEveryLaterClaim() throws Exception {
    raceAgainstClaims(
        (node, user) -> node.recipients().erase(TENANT, user),
        claimed -> claimed.preferences().erased());
  }

  /**
   * One thread writes about user after user, another claims: no claim may miss an earlier write.
   */
  private void raceAgainstClaims(
      UserWrite write, java.util.function.Predicate<ClaimedDelivery> seen) throws Exception {
    int users = 500;
    appendReady(users);
    appendReady(users);
    NotificationStore writer = another();
    AtomicIntegerArray written = new AtomicIntegerArray(users);
    AtomicBoolean done = new AtomicBoolean();
    List<List<UUID>> missed =
        together(
            2,
            i -> {
              if (i == 0) {
                for (int u = 0; u < users; u++) {
                  write.about(writer, "user-" + u);
                  written.set(u, 1);
                }
                done.set(true);
                return List.<UUID>of();
              }
              return claimAndCheck(written, done, seen);
            });
    assertThat(missed.get(1)).as("claims that missed an earlier write").isEmpty();
  }

  private List<UUID> claimAndCheck(
      AtomicIntegerArray written,
      AtomicBoolean done,
      java.util.function.Predicate<ClaimedDelivery> seen) {
    List<UUID> missed = new ArrayList<>();
    boolean last = false;
    while (!last) {
      last = done.get();
      Set<String> before = new HashSet<>();
      for (int u = 0; u < written.length(); u++) {
        if (written.get(u) == 1) {
          before.add("user-" + u);
        }
      }
      for (ClaimedDelivery claimed : claim(store(), WORKER, 7)) {
        if (before.contains(claimed.delivery().recipientId()) && !seen.test(claimed)) {
          missed.add(claimed.delivery().id());
        }
      }
    }
    return missed;
  }

  private interface UserWrite {
    void about(NotificationStore node, String user);
  }
}
