package dev.notifykit.store.jdbc;

import dev.notifykit.Device;
import dev.notifykit.Platform;
import dev.notifykit.Recipient;
import dev.notifykit.store.RecipientStore;
import dev.notifykit.store.StateChange;
import dev.notifykit.store.codec.StoreCodec;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Profiles and devices. The recipient's row is locked first in whatever changes either. */
final class JdbcRecipients implements RecipientStore {
  private static final List<String> ROW =
      List.of("tenant", "recipient_id", "profile", "erased", "updated_at");
  private static final List<String> DEVICE =
      List.of(
          "tenant",
          "device_id",
          "recipient_id",
          "position",
          "platform",
          "token",
          "token_type",
          "environment",
          "app_id",
          "app_version",
          "locale",
          "registered_at",
          "last_seen_at",
          "disabled_at");

  private final Database db;

  JdbcRecipients(Database db) {
    this.db = db;
  }

  /** Makes sure there is a row to lock, and locks it. */
  static void touch(Tx tx, String tenant, String recipientId) throws SQLException {
    tx.dialect.touch(tx, "recipient", 2, ROW, tenant, recipientId, false, false, tx.now());
    tx.query(
        "SELECT profile FROM {recipient} WHERE tenant = ? AND recipient_id = ? FOR UPDATE",
        r -> true,
        tenant,
        recipientId);
  }

  @Override
  public void save(String tenant, Recipient recipient) {
    db.write(tx -> save(tx, tenant, recipient));
  }

  static int save(Tx tx, String tenant, Recipient recipient) throws SQLException {
    touch(tx, tenant, recipient.id());
    int saved =
        tx.update(
            "UPDATE {recipient} SET profile = TRUE, erased = FALSE, name = ?, email = ?, phone = ?,"
                + " locale = ?, zone = ?, updated_at = ? WHERE tenant = ? AND recipient_id = ?",
            recipient.name().orElse(null),
            recipient.email().orElse(null),
            recipient.phone().orElse(null),
            recipient.locale().map(Locale::toLanguageTag).orElse(null),
            recipient.zone().map(ZoneId::getId).orElse(null),
            tx.now(),
            tenant,
            recipient.id());
    Map<String, Instant> registered = registrations(tx, tenant, recipient.devices());
    tx.update("DELETE FROM {device} WHERE tenant = ? AND recipient_id = ?", tenant, recipient.id());
    int position = 0;
    for (Device device : recipient.devices()) {
      saveDevice(tx, tenant, recipient.id(), position++, device, registered.get(device.id()));
    }
    return saved;
  }

  /** A device that is known and worked keeps its time; one that was disabled registers anew. */
  private static Map<String, Instant> registrations(
      Tx tx, String tenant, Collection<Device> devices) throws SQLException {
    Map<String, Instant> registered = new HashMap<>();
    tx.queryIn(
        "SELECT device_id, registered_at FROM {device} WHERE tenant = ? AND disabled_at IS NULL"
            + " AND registered_at IS NOT NULL AND device_id IN (?*)",
        r -> registered.put(r.getString("device_id"), Micros.instant(r.getLong("registered_at"))),
        devices.stream().map(Device::id).toList(),
        tenant);
    return registered;
  }

  private static void saveDevice(
      Tx tx,
      String tenant,
      String recipientId,
      int position,
      Device d,
      @Nullable Instant registered)
      throws SQLException {
    Instant now = Micros.instant(tx.now());
    tx.update(
        tx.dialect.upsert("device", 2, DEVICE),
        tenant,
        d.id(),
        recipientId,
        position,
        d.platform(),
        d.token(),
        d.tokenType(),
        d.environment(),
        d.appId().orElse(null),
        d.appVersion().orElse(null),
        d.locale().map(Locale::toLanguageTag).orElse(null),
        d.registeredAt().orElse(registered == null ? now : registered),
        d.lastSeenAt().orElse(now),
        d.disabledAt().orElse(null));
  }

  @Override
  public Optional<Recipient> find(String tenant, String recipientId) {
    return Optional.ofNullable(findAll(tenant, List.of(recipientId)).get(recipientId));
  }

  @Override
  public Map<String, Recipient> findAll(String tenant, Collection<String> recipientIds) {
    return db.read(tx -> read(tx, tenant, recipientIds));
  }

  /** A profile with its devices comes from one statement, so that it is of one moment. */
  static Map<String, Recipient> read(Tx tx, String tenant, Collection<String> recipientIds)
      throws SQLException {
    Map<String, Recipient.Builder> builders = new HashMap<>();
    tx.queryIn(
        "SELECT r.recipient_id, r.name, r.email, r.phone, r.locale, r.zone, d.device_id,"
            + " d.platform, d.token, d.token_type, d.environment, d.app_id, d.app_version,"
            + " d.locale AS device_locale, d.registered_at, d.last_seen_at, d.disabled_at"
            + " FROM {recipient} r LEFT JOIN {device} d"
            + " ON d.tenant = r.tenant AND d.recipient_id = r.recipient_id"
            + " WHERE r.tenant = ? AND r.profile = TRUE AND r.recipient_id IN (?*)"
            + " ORDER BY r.recipient_id, d.position, d.device_id",
        r -> add(r, builders),
        recipientIds,
        tenant);
    Map<String, Recipient> found = new HashMap<>();
    builders.forEach((id, builder) -> found.put(id, builder.build()));
    return found;
  }

  private static boolean add(ResultSet r, Map<String, Recipient.Builder> builders)
      throws SQLException {
    String id = r.getString("recipient_id");
    Recipient.Builder builder = builders.get(id);
    if (builder == null) {
      builder = recipient(r, id);
      builders.put(id, builder);
    }
    if (r.getString("device_id") != null) {
      builder.device(device(r));
    }
    return true;
  }

  private static Recipient.Builder recipient(ResultSet r, String id) throws SQLException {
    return Recipient.builder(id)
        .name(r.getString("name"))
        .email(r.getString("email"))
        .phone(r.getString("phone"))
        .locale(locale(r.getString("locale")))
        .zone(StoreCodec.zone(r.getString("zone")));
  }

  private static Device device(ResultSet r) throws SQLException {
    return Device.builder(Platform.valueOf(r.getString("platform")), r.getString("token"))
        .tokenType(Device.TokenType.valueOf(r.getString("token_type")))
        .environment(Device.Environment.valueOf(r.getString("environment")))
        .appId(r.getString("app_id"))
        .appVersion(r.getString("app_version"))
        .locale(locale(r.getString("device_locale")))
        .registeredAt(Micros.instantOrNull(Tx.longOrNull(r, "registered_at")))
        .lastSeenAt(Micros.instantOrNull(Tx.longOrNull(r, "last_seen_at")))
        .disabledAt(Micros.instantOrNull(Tx.longOrNull(r, "disabled_at")))
        .build();
  }

  private static @Nullable Locale locale(@Nullable String tag) {
    return tag == null ? null : Locale.forLanguageTag(tag);
  }

  @Override
  public boolean saveDevice(String tenant, String recipientId, Device device) {
    return db.write(
        tx -> {
          boolean known =
              !tx.query(
                      "SELECT 1 FROM {recipient} WHERE tenant = ? AND recipient_id = ?"
                          + " AND profile = TRUE FOR UPDATE",
                      r -> true,
                      tenant,
                      recipientId)
                  .isEmpty();
          if (known) {
            Device revived = device.toBuilder().disabledAt(null).build();
            int position = position(tx, tenant, recipientId, device);
            saveDevice(tx, tenant, recipientId, position, revived, null);
          }
          return known;
        });
  }

  /** A device keeps its place; a new one comes last. */
  private static int position(Tx tx, String tenant, String recipientId, Device device)
      throws SQLException {
    record Place(String deviceId, int position) {}
    List<Place> places =
        tx.query(
            "SELECT device_id, position FROM {device} WHERE tenant = ? AND recipient_id = ?",
            r -> new Place(r.getString("device_id"), r.getInt("position")),
            tenant,
            recipientId);
    int next = 0;
    for (Place place : places) {
      if (place.deviceId.equals(device.id())) {
        return place.position;
      }
      next = Math.max(next, place.position + 1);
    }
    return next;
  }

  @Override
  public Map<String, String> owners(String tenant, Collection<String> deviceIds) {
    return db.read(
        tx -> {
          Map<String, String> owners = new HashMap<>();
          tx.queryIn(
              "SELECT device_id, recipient_id FROM {device} WHERE tenant = ? AND device_id IN (?*)",
              r -> owners.put(r.getString("device_id"), r.getString("recipient_id")),
              deviceIds,
              tenant);
          return owners;
        });
  }

  @Override
  public boolean disableDevice(String tenant, String deviceId, Optional<Instant> since) {
    return db.write(
        tx -> {
          long from = since.map(Micros::of).orElse(tx.now());
          return tx.update(
                  "UPDATE {device} SET disabled_at = ? WHERE tenant = ? AND device_id = ?"
                      + " AND disabled_at IS NULL"
                      + " AND (registered_at IS NULL OR registered_at <= ?)",
                  from,
                  tenant,
                  deviceId,
                  from)
              > 0;
        });
  }

  @Override
  public boolean removeDevice(String tenant, String recipientId, String deviceId) {
    return db.write(
        tx ->
            tx.update(
                    "DELETE FROM {device} WHERE tenant = ? AND recipient_id = ? AND device_id = ?",
                    tenant,
                    recipientId,
                    deviceId)
                > 0);
  }

  @Override
  public List<StateChange> erase(String tenant, String recipientId) {
    List<StateChange> changes = new ArrayList<>();
    db.write(
        tx -> {
          changes.clear();
          return changes.addAll(Erasure.erase(tx, tenant, recipientId));
        });
    return changes;
  }
}
