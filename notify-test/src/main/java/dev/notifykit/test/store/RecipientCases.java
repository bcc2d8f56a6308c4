package dev.notifykit.test.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.DeliveryState;
import dev.notifykit.Device;
import dev.notifykit.Recipient;
import dev.notifykit.Target;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.Content;
import dev.notifykit.store.InboxEntry;
import dev.notifykit.store.RecipientStore;
import dev.notifykit.store.StateChange;
import dev.notifykit.store.TrackingEvent;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Profiles, devices and erasure. */
abstract class RecipientCases extends PreferenceCases {
  RecipientCases() {}

  private RecipientStore recipients() {
    return store().recipients();
  }

  private Recipient saved(String id) {
    return recipients().find(TENANT, id).orElseThrow(() -> new AssertionError("no " + id));
  }

  @Test
  void profileComesBackAsItWasSaved() {
    Instant at = Instant.parse("2026-03-01T10:20:30.456Z");
    Device device =
        Device.ios("c".repeat(64)).toBuilder()
            .environment(Device.Environment.SANDBOX)
            .appId("com.example.shop")
            .appVersion("7.1 β")
            .locale(Locale.JAPAN)
            .registeredAt(at)
            .lastSeenAt(at.plusSeconds(9))
            .build();
    Recipient recipient =
        Recipient.builder("user " + TEXT)
            .name("name " + TEXT)
            .email("zoë@exämple.com")
            .phone("+821012345678")
            .device(device)
            .locale(Locale.KOREAN)
            .zone(ZoneId.of("Asia/Seoul"))
            .build();
    recipients().save(TENANT, recipient);
    assertThat(saved(recipient.id())).isEqualTo(recipient);
  }

  @Test
  void profileOfAnIdOnlyIsKept() {
    recipients().save(TENANT, Recipient.builder("user-1").build());
    assertThat(saved("user-1")).isEqualTo(Recipient.builder("user-1").build());
  }

  @Test
  void savingAgainReplacesTheProfileWhole() {
    recipients()
        .save(
            TENANT,
            Recipient.builder("user-1")
                .name("Ann")
                .email("a@example.com")
                .device(Device.ios("a".repeat(64)))
                .device(Device.android("tok"))
                .locale(Locale.KOREAN)
                .zone(ZoneId.of("Asia/Seoul"))
                .build());
    recipients().save(TENANT, Recipient.builder("user-1").phone("+14155550123").build());
    assertThat(saved("user-1"))
        .isEqualTo(Recipient.builder("user-1").phone("+14155550123").build());
  }

  @Test
  void profilesOfManyAreFoundAtOnce() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 1_500; i++) {
      ids.add("user-" + i);
      if (i % 5 == 0) {
        recipients().save(TENANT, Recipient.builder("user-" + i).email(i + "@example.com").build());
      }
    }
    Map<String, Recipient> found = recipients().findAll(TENANT, ids);
    assertThat(found).hasSize(300);
    assertThat(found)
        .hasEntrySatisfying("user-10", r -> assertThat(r.email()).contains("10@example.com"));
    assertThat(recipients().findAll(TENANT, List.of())).isEmpty();
  }

  /** As where the node that saved it has newer time zone data. */
  @Test
  void profileWhoseZoneIsNotKnownHereIsFoundAmongOthers() {
    Recipient ann = Recipient.builder("user-1").email("a@example.com").build();
    Recipient bob = Recipient.builder("user-2").name("Bob").build();
    recipients().save(TENANT, ann.toBuilder().zone(NewerZone.id()).build());
    recipients().save(TENANT, bob);
    Map<String, Recipient> found =
        NewerZone.unknown(() -> recipients().findAll(TENANT, List.of("user-1", "user-2")));
    assertThat(found)
        .containsEntry("user-2", bob)
        .hasEntrySatisfying("user-1", r -> assertThat(r.email()).isEqualTo(ann.email()));
    assertThat(saved("user-1").zone()).as("where it is known").contains(NewerZone.id());
  }

  @Test
  void profileOfAnotherTenantIsNotFound() {
    Device device = Device.ios("a".repeat(64));
    recipients().save(TENANT, Recipient.builder("user-1").device(device).build());
    assertThat(recipients().find(OTHER_TENANT, "user-1")).isEmpty();
    assertThat(recipients().findAll(OTHER_TENANT, List.of("user-1"))).isEmpty();
    assertThat(recipients().saveDevice(OTHER_TENANT, "user-1", device)).isFalse();
    assertThat(recipients().removeDevice(OTHER_TENANT, "user-1", device.id())).isFalse();
    assertThat(recipients().disableDevice(OTHER_TENANT, device.id(), Optional.empty())).isFalse();
    recipients().erase(OTHER_TENANT, "user-1");
    assertThat(saved("user-1").devices()).hasSize(1);
    assertThat(saved("user-1").devices().get(0).disabledAt()).isEmpty();
  }

  @Test
  void sameIdOfTwoTenantsIsTwoPeople() {
    recipients().save(TENANT, Recipient.builder("user-1").name("Ann").build());
    recipients().save(OTHER_TENANT, Recipient.builder("user-1").name("Bob").build());
    assertThat(saved("user-1").name()).contains("Ann");
  }

  // ---- devices

  @Test
  void deviceWithoutRegistrationTimeGetsTheStores() {
    Instant before = now();
    recipients()
        .save(TENANT, Recipient.builder("user-1").device(Device.ios("a".repeat(64))).build());
    recipients().saveDevice(TENANT, "user-1", Device.android("tok"));
    assertThat(saved("user-1").devices())
        .hasSize(2)
        .allSatisfy(
            device ->
                assertThat(device.registeredAt().orElseThrow())
                    .isBetween(before.minus(clockError()), now().plus(clockError())));
  }

  @Test
  void deviceIsAddedToAProfileThatExists() {
    assertThat(recipients().saveDevice(TENANT, "user-1", Device.android("tok"))).isFalse();
    assertThat(recipients().find(TENANT, "user-1")).isEmpty();
    recipients().save(TENANT, Recipient.builder("user-1").email("a@example.com").build());
    assertThat(recipients().saveDevice(TENANT, "user-1", Device.android("tok"))).isTrue();
    assertThat(recipients().saveDevice(TENANT, "user-1", Device.web("web"))).isTrue();
    assertThat(saved("user-1").devices())
        .extracting(Device::token)
        .containsExactlyInAnyOrder("tok", "web");
    assertThat(saved("user-1").email()).contains("a@example.com");
  }

  @Test
  void deviceThatIsSavedAgainIsRefreshed() {
    recipients().save(TENANT, Recipient.builder("user-1").device(Device.android("tok")).build());
    Device newer = Device.android("tok").toBuilder().appVersion("2.0").build();
    assertThat(recipients().saveDevice(TENANT, "user-1", newer)).isTrue();
    assertThat(saved("user-1").devices()).hasSize(1);
    assertThat(saved("user-1").devices().get(0).appVersion()).contains("2.0");
  }

  @Test
  void deviceMovesToWhoeverSavedItLast() {
    Device device = Device.android("tok");
    recipients().save(TENANT, Recipient.builder("user-1").device(device).build());
    recipients().save(TENANT, Recipient.builder("user-2").device(device).build());
    assertThat(saved("user-1").devices()).isEmpty();
    assertThat(saved("user-2").devices()).hasSize(1);
    recipients().saveDevice(TENANT, "user-1", device);
    assertThat(saved("user-1").devices()).hasSize(1);
    assertThat(saved("user-2").devices()).isEmpty();
    recipients().save(OTHER_TENANT, Recipient.builder("user-3").device(device).build());
    assertThat(saved("user-1").devices()).as("another tenant's takes nothing").hasSize(1);
  }

  @Test
  void ownersOfDevicesAreThoseWhoSavedThemLast() {
    Device phone = Device.android("phone");
    Device tablet = Device.android("tablet");
    List<String> ids = List.of(phone.id(), tablet.id(), Device.android("nobody's").id());
    assertThat(recipients().owners(TENANT, ids)).isEmpty();
    assertThat(recipients().owners(TENANT, List.of())).isEmpty();
    recipients().save(TENANT, Recipient.builder("user-1").device(phone).device(tablet).build());
    recipients().save(TENANT, Recipient.builder("user " + TEXT).device(phone).build());
    assertThat(recipients().owners(TENANT, ids))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(phone.id(), "user " + TEXT, tablet.id(), "user-1"));
    assertThat(recipients().owners(OTHER_TENANT, ids)).isEmpty();
    recipients().erase(TENANT, "user-1");
    recipients().removeDevice(TENANT, "user " + TEXT, phone.id());
    assertThat(recipients().owners(TENANT, ids)).isEmpty();
  }

  @Test
  void refusedDeviceIsDisabledOnceAndRevivedByRegistration() {
    Device device = Device.android("tok");
    recipients().save(TENANT, Recipient.builder("user-1").device(device).build());
    assertThat(recipients().disableDevice(TENANT, device.id(), Optional.empty())).isTrue();
    assertThat(recipients().disableDevice(TENANT, device.id(), Optional.empty())).isFalse();
    assertThat(saved("user-1").devices().get(0).disabledAt()).isPresent();
    advance(units(1));
    recipients().saveDevice(TENANT, "user-1", device);
    assertThat(saved("user-1").devices().get(0).disabledAt()).isEmpty();
    assertThat(recipients().disableDevice(TENANT, "no-such-device", Optional.empty())).isFalse();
  }

  @Test
  void deviceRegisteredAfterTheRefusalStaysEnabled() {
    Instant refused = now().minusSeconds(60);
    Device newer = Device.android("newer").toBuilder().registeredAt(refused.plusSeconds(1)).build();
    Device older =
        Device.android("older").toBuilder().registeredAt(refused.minusSeconds(1)).build();
    recipients().save(TENANT, Recipient.builder("user-1").device(newer).device(older).build());
    assertThat(recipients().disableDevice(TENANT, newer.id(), Optional.of(refused))).isFalse();
    assertThat(recipients().disableDevice(TENANT, older.id(), Optional.of(refused))).isTrue();
    assertThat(saved("user-1").devices())
        .filteredOn(d -> d.disabledAt().isPresent())
        .extracting(Device::token)
        .containsExactly("older");
  }

  @Test
  void deviceIsRemovedOnlyFromItsOwner() {
    Device device = Device.android("tok");
    recipients().save(TENANT, Recipient.builder("user-1").device(device).build());
    recipients().save(TENANT, Recipient.builder("user-2").build());
    assertThat(recipients().removeDevice(TENANT, "user-2", device.id())).isFalse();
    assertThat(recipients().removeDevice(TENANT, "user-1", device.id())).isTrue();
    assertThat(recipients().removeDevice(TENANT, "user-1", device.id())).isFalse();
    assertThat(saved("user-1").devices()).isEmpty();
  }

  @Test
  void concurrentlySavedDevicesAreAllKept() throws Exception {
    recipients().save(TENANT, Recipient.builder("user-1").build());
    together(12, i -> recipients().saveDevice(TENANT, "user-1", Device.android("tok-" + i)));
    assertThat(saved("user-1").devices()).hasSize(12);
  }

  // ---- erasure

  @Test
  void erasedPersonIsGoneEverywhere() {
    Device device = Device.android("tok");
    recipients()
        .save(TENANT, Recipient.builder("user-1").email("a@example.com").device(device).build());
    store().preferences().put(TENANT, "user-1", NO_EMAIL);
    InboxEntry entry = new InboxEntry(newId(), "t", null, null, Map.of(), "orders", now(), null);
    store().inbox().add(TENANT, "user-1", entry);
    recipients().erase(TENANT, "user-1");
    assertThat(recipients().find(TENANT, "user-1")).isEmpty();
    assertThat(store().preferences().find(TENANT, "user-1").erased()).isTrue();
    assertThat(store().preferences().find(TENANT, "user-1").choices()).isEmpty();
    assertThat(store().inbox().list(TENANT, "user-1", null, 10)).isEmpty();
    assertThat(store().inbox().unread(TENANT, "user-1")).isZero();
    assertThat(recipients().disableDevice(TENANT, device.id(), Optional.empty())).isFalse();
  }

  @Test
  void whatWaitsForAnErasedPersonIsSuppressed() {
    Draft draft =
        draft()
            .mail("user-1")
            .mailAt("user-1", now().plus(units(50)))
            .mail("user-2")
            .mail("user-1");
    append(draft);
    List<StateChange> changes = recipients().erase(TENANT, "user-1");
    List<UUID> ids = draft.deliveryIds();
    assertThat(idsOfChanges(changes)).containsExactlyInAnyOrder(ids.get(0), ids.get(1), ids.get(3));
    for (StateChange change : changes) {
      assertThat(change.delivery().state()).isEqualTo(DeliveryState.SUPPRESSED);
      assertThat(delivery(change.delivery().id()).reason()).isEqualTo("ERASED");
    }
    assertThat(idsOf(claim(10))).containsExactly(ids.get(2));
  }

  @Test
  void deliveryHeldDuringAnErasureCanBeSettled() {
    appendOne();
    ClaimedDelivery held = claimOne();
    recipients().erase(TENANT, "user-0");
    settle(held, DeliveryState.ACCEPTED);
    assertThat(stateOf(held.delivery().id())).isEqualTo(DeliveryState.ACCEPTED);
  }

  @Test
  void whatIsSentToAnErasedPersonIsClaimedAsErasedUntilTheyAreSavedAgain() {
    recipients().erase(TENANT, "user-0");
    appendOne();
    ClaimedDelivery claimed = claimOne();
    assertThat(claimed.preferences().erased()).isTrue();
    settle(settlement(claimed, DeliveryState.SUPPRESSED, "ERASED", null, null));
    recipients().save(TENANT, Recipient.builder("user-0").build());
    appendOne();
    assertThat(claimOne().preferences().erased()).isFalse();
  }

  @Test
  void suppressedAddressOutlivesTheErasure() {
    String key = Target.email("a@example.com").key();
    store().preferences().suppressTarget(TENANT, key, "complained");
    recipients().save(TENANT, Recipient.builder("user-1").email("a@example.com").build());
    recipients().erase(TENANT, "user-1");
    assertThat(store().preferences().suppressedTargets(TENANT, List.of(key))).containsExactly(key);
  }

  @Test
  void eraseOfNobodyChangesNothing() {
    UUID id = appendOne();
    assertThat(recipients().erase(TENANT, "nobody")).isEmpty();
    assertThat(recipients().erase(OTHER_TENANT, "user-0")).isEmpty();
    assertThat(stateOf(id)).isEqualTo(DeliveryState.READY);
  }

  @Test
  void rawDataOfAnErasedPersonIsGone() {
    RawState raw = requireRaw();
    recipients()
        .save(
            TENANT,
            Recipient.builder("user-1")
                .name("Erasename")
                .email("eraseaddress@example.com")
                .phone("+14155550188")
                .device(Device.android("erasetoken"))
                .build());
    Content content = new Content(Map.of("x", "erasecontent"), Map.of(), List.of());
    Target address = Target.email("eraseaddress@example.com");
    append(draft().content(content).to("user-1", "Erasename", address));
    append(draft().content(content).to("user-1", "Erasename", address));
    ClaimedDelivery read = claimOne();
    settle(read, DeliveryState.ACCEPTED);
    TrackingEvent.Kind kind = TrackingEvent.Kind.CLICKED;
    store()
        .tracking()
        .record(new TrackingEvent("e", TENANT, read.delivery().id(), kind, "eraselink", now()));
    List<String> traces =
        List.of(
            "Erasename", "eraseaddress", "4155550188", "erasetoken", "erasecontent", "eraselink");
    assertThat(traces).as("before").allMatch(raw::contains);
    recipients().erase(TENANT, "user-1");
    store().log().idsOfRecipient(TENANT, "user-1", ids -> store().tracking().forget(TENANT, ids));
    assertThat(traces).as("after").noneMatch(raw::contains);
  }

  private static final List<String> SAID = List.of("Erasename", "eraseaddress", "erasecontent");

  /** A notification with one delivery and one with two, and all of them claimed. */
  private List<ClaimedDelivery> heldOfOne(RawState raw) {
    Content content = new Content(Map.of("x", "erasecontent"), Map.of(), List.of());
    Target address = Target.email("eraseaddress@example.com");
    append(draft().content(content).to("user-1", "Erasename", address));
    append(
        draft()
            .content(content)
            .to("user-1", "Erasename", address)
            .to("user-1", "Erasename", address));
    assertThat(SAID).as("before").allMatch(raw::contains);
    return claim(3);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"READY", "SCHEDULED", "CANCELLED"},
      mode = EnumSource.Mode.EXCLUDE)
  void rawDataOfADeliveryOfAnErasedPersonIsGone(DeliveryState state) {
    RawState raw = requireRaw();
    heldOfOne(raw).forEach(claimed -> bring(claimed, state));
    recipients().erase(TENANT, "user-1");
    assertThat(SAID).as("after").noneMatch(raw::contains);
  }

  @ParameterizedTest
  @MethodSource("statesAfterClaimed")
  void rawDataOfADeliveryHeldDuringAnErasureDoesNotComeBack(DeliveryState state) {
    RawState raw = requireRaw();
    List<ClaimedDelivery> held = heldOfOne(raw);
    recipients().erase(TENANT, "user-1");
    held.forEach(claimed -> settle(claimed, state));
    assertThat(SAID).as("after").noneMatch(raw::contains);
  }
}
