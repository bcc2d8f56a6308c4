package dev.notifykit.store.jdbc;

import dev.notifykit.Channel;
import dev.notifykit.policy.Preference;
import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.policy.QuietHours;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What may forbid a delivery at the last moment, read in the transaction that claims it: the
 * recipients' preferences, the suppressed addresses and the disabled devices, in one statement a
 * tenant.
 */
final class LateChecks {
  static final String TOPIC = "topic";
  static final String CATEGORY = "category";

  private static final Set<String> CHANNELS =
      Arrays.stream(Channel.values()).map(Enum::name).collect(Collectors.toUnmodifiableSet());

  /**
   * Kind, subject, a, b, flag: what is known of recipients of one tenant, who are asked for twice.
   */
  static final String PEOPLE =
      "SELECT 'person' AS kind, recipient_id AS subject, quiet_from AS a, quiet_to AS b, erased AS"
          + " flag FROM {recipient} WHERE tenant = ? AND recipient_id IN (?*)"
          + " UNION ALL SELECT scope, recipient_id, channel, name, opted_in FROM {preference}"
          + " WHERE tenant = ? AND recipient_id IN (?*)";

  /** Continues {@link #PEOPLE} with suppressed addresses. */
  static final String SUPPRESSED =
      " UNION ALL SELECT 'target', target_key, NULL, NULL, TRUE FROM {suppression}"
          + " WHERE tenant = ? AND target_key IN (?*)";

  /** Continues {@link #PEOPLE} with addresses, which are asked for twice too. */
  static final String TARGETS =
      SUPPRESSED
          + " UNION ALL SELECT 'target', device_id, NULL, NULL, TRUE FROM {device}"
          + " WHERE tenant = ? AND disabled_at IS NOT NULL AND device_id IN (?*)";

  /** Something of one tenant. */
  record Key(String tenant, String name) {}

  private final Map<Key, Choices> choices = new HashMap<>();
  private final Set<Key> suppressed = new HashSet<>();

  private static final class Choices {
    // A set, since one statement may tell of a recipient once for each device.
    final Set<Preference> preferences = new LinkedHashSet<>();
    @Nullable QuietHours quietHours;
    boolean erased;

    PreferenceSet toSet() {
      return new PreferenceSet(List.copyOf(preferences), quietHours, erased);
    }
  }

  PreferenceSet preferences(String tenant, String recipientId) {
    if (choices.isEmpty()) {
      return PreferenceSet.NONE;
    }
    Choices found = choices.get(new Key(tenant, recipientId));
    return found == null ? PreferenceSet.NONE : found.toSet();
  }

  boolean isSuppressed(String tenant, String targetKey) {
    return !suppressed.isEmpty() && suppressed.contains(new Key(tenant, targetKey));
  }

  /** Whose preferences and which addresses are asked for. */
  static final class Wanted {
    private final Map<String, Set<String>> recipients = new HashMap<>();
    private final Map<String, Set<String>> targets = new HashMap<>();

    boolean isEmpty() {
      return recipients.isEmpty();
    }

    Set<String> recipients(String tenant) {
      return recipients.getOrDefault(tenant, Set.of());
    }

    Set<String> targets(String tenant) {
      return targets.getOrDefault(tenant, Set.of());
    }

    Wanted add(String tenant, String recipientId, String targetKey) {
      recipients.computeIfAbsent(tenant, t -> new HashSet<>()).add(recipientId);
      if (!targetKey.isEmpty()) {
        targets.computeIfAbsent(tenant, t -> new HashSet<>()).add(targetKey);
      }
      return this;
    }

    Wanted addTargets(String tenant, Collection<String> targetKeys) {
      targets.computeIfAbsent(tenant, t -> new HashSet<>()).addAll(targetKeys);
      return this;
    }

    /** Returns the tenant if there is just one, which one statement can ask for. */
    @Nullable String onlyTenant() {
      return recipients.size() == 1 ? recipients.keySet().iterator().next() : null;
    }
  }

  static LateChecks read(Tx tx, Wanted wanted) throws SQLException {
    return read(tx, wanted, TARGETS);
  }

  /** Reads what is known before a send, which knows the recipients' devices from their profiles. */
  static LateChecks ofSend(Tx tx, Wanted wanted) throws SQLException {
    return read(tx, wanted, SUPPRESSED);
  }

  private static LateChecks read(Tx tx, Wanted wanted, String targets) throws SQLException {
    LateChecks checks = new LateChecks();
    for (String tenant : wanted.recipients.keySet()) {
      checks.read(tx, tenant, wanted, targets);
    }
    return checks;
  }

  private void read(Tx tx, String tenant, Wanted wanted, String targets) throws SQLException {
    List<Tx.In> people = tx.dialect.in(tx, wanted.recipients(tenant));
    List<Tx.In> addresses = tx.dialect.in(tx, wanted.targets(tenant));
    for (int i = 0; i < Math.max(people.size(), addresses.size()); i++) {
      Tx.In person = people.get(Math.min(i, people.size() - 1));
      List<Object> arguments =
          new ArrayList<>(List.of(tenant, person.argument(), tenant, person.argument()));
      String sql = person.into(tx, PEOPLE);
      if (i < addresses.size()) {
        sql += addresses.get(i).into(tx, targets);
        add(arguments, tenant, addresses.get(i), targets);
      }
      tx.query(sql, r -> take(tenant, r), arguments);
    }
  }

  private static void add(List<Object> arguments, String tenant, Tx.In addresses, String targets) {
    arguments.addAll(List.of(tenant, addresses.argument()));
    if (targets.equals(TARGETS)) {
      arguments.addAll(List.of(tenant, addresses.argument()));
    }
  }

  /** Takes a row of {@link #PEOPLE} or {@link #TARGETS}. */
  boolean take(String tenant, ResultSet r) throws SQLException {
    Key key = new Key(tenant, r.getString("subject"));
    String kind = r.getString("kind");
    if (kind.equals("target")) {
      return suppressed.add(key);
    }
    Choices of = choices.computeIfAbsent(key, k -> new Choices());
    if (kind.equals("person")) {
      of.quietHours = quietHours(r.getString("a"), r.getString("b"));
      of.erased = r.getBoolean("flag");
      return true;
    }
    Preference choice = preference(kind, r.getString("a"), r.getString("b"), r.getBoolean("flag"));
    return choice != null && of.preferences.add(choice);
  }

  static @Nullable QuietHours quietHours(@Nullable String from, @Nullable String to) {
    return from == null || to == null
        ? null
        : new QuietHours(LocalTime.parse(from), LocalTime.parse(to));
  }

  /** Returns null for a choice about a channel that only a newer release knows: it is not ours. */
  static @Nullable Preference preference(
      String scope, String channel, String name, boolean optedIn) {
    if (!channel.isEmpty() && !CHANNELS.contains(channel)) {
      return null;
    }
    String given = name.isEmpty() ? null : name;
    return new Preference(
        channel.isEmpty() ? null : Channel.valueOf(channel),
        scope.equals(TOPIC) ? null : given,
        scope.equals(TOPIC) ? given : null,
        optedIn);
  }
}
