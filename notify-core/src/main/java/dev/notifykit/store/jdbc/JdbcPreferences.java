package dev.notifykit.store.jdbc;

import dev.notifykit.policy.Preference;
import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.policy.QuietHours;
import dev.notifykit.store.PreferenceStore;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Choices as rows of their own; quiet hours and erasure on the recipient's row. */
final class JdbcPreferences implements PreferenceStore {
  static final List<String> CHOICE =
      List.of("tenant", "recipient_id", "scope", "channel", "name", "opted_in", "updated_at");
  static final int CHOICE_KEY = 5;

  private final Database db;
  private final Coalescer<Question, Restrictions> coalescer;

  JdbcPreferences(Database db) {
    this.db = db;
    this.coalescer = new Coalescer<>(Question::size, this::answer);
  }

  /** What one send asks. */
  private record Question(
      String tenant, Collection<String> recipientIds, Collection<String> targetKeys) {
    int size() {
      return recipientIds.size() + targetKeys.size();
    }

    Restrictions in(LateChecks checks) {
      Map<String, PreferenceSet> found = new HashMap<>();
      for (String id : recipientIds) {
        PreferenceSet set = checks.preferences(tenant, id);
        if (!set.equals(PreferenceSet.NONE)) {
          found.put(id, set);
        }
      }
      Set<String> suppressed = new HashSet<>(targetKeys);
      suppressed.removeIf(key -> !checks.isSuppressed(tenant, key));
      return new Restrictions(found, suppressed);
    }
  }

  @Override
  public PreferenceSet find(String tenant, String recipientId) {
    return findAll(tenant, List.of(recipientId)).getOrDefault(recipientId, PreferenceSet.NONE);
  }

  @Override
  public Map<String, PreferenceSet> findAll(String tenant, Collection<String> recipientIds) {
    return restrictions(tenant, recipientIds, List.of()).preferences();
  }

  /** One statement, which sends at the same time share: each of them waits for it. */
  @Override
  public Restrictions restrictions(
      String tenant, Collection<String> recipientIds, Collection<String> targetKeys) {
    if (recipientIds.isEmpty()) {
      return new Restrictions(Map.of(), suppressedTargets(tenant, targetKeys));
    }
    Question question = new Question(tenant, recipientIds, targetKeys);
    return db.isInTransaction() ? answer(List.of(question)).get(0) : coalescer.apply(question);
  }

  private List<Restrictions> answer(List<Question> questions) {
    LateChecks.Wanted wanted = new LateChecks.Wanted();
    for (Question q : questions) {
      q.recipientIds.forEach(id -> wanted.add(q.tenant, id, ""));
      wanted.addTargets(q.tenant, q.targetKeys);
    }
    LateChecks checks = db.read(tx -> LateChecks.ofSend(tx, wanted));
    return questions.stream().map(q -> q.in(checks)).toList();
  }

  @Override
  public void put(String tenant, String recipientId, Preference choice) {
    db.write(tx -> put(tx, tenant, recipientId, choice));
  }

  static int put(Tx tx, String tenant, String recipientId, Preference choice) throws SQLException {
    boolean topic = choice.topic() != null;
    if (topic && (choice.channel() != null || choice.category() != null)) {
      throw new IllegalArgumentException("a choice about a topic has neither channel nor category");
    }
    String name = topic ? choice.topic() : choice.category();
    return tx.update(
        tx.dialect.upsert("preference", CHOICE_KEY, CHOICE),
        tenant,
        recipientId,
        topic ? LateChecks.TOPIC : LateChecks.CATEGORY,
        choice.channel() == null ? "" : choice.channel().name(),
        name == null ? "" : name,
        choice.optedIn(),
        tx.now());
  }

  @Override
  public void putQuietHours(String tenant, String recipientId, @Nullable QuietHours quietHours) {
    db.write(tx -> putQuietHours(tx, tenant, recipientId, quietHours));
  }

  static int putQuietHours(
      Tx tx, String tenant, String recipientId, @Nullable QuietHours quietHours)
      throws SQLException {
    JdbcRecipients.touch(tx, tenant, recipientId);
    return tx.update(
        "UPDATE {recipient} SET quiet_from = ?, quiet_to = ?, updated_at = ?"
            + " WHERE tenant = ? AND recipient_id = ?",
        quietHours == null ? null : quietHours.from().toString(),
        quietHours == null ? null : quietHours.to().toString(),
        tx.now(),
        tenant,
        recipientId);
  }

  @Override
  public void suppressTarget(String tenant, String targetKey, @Nullable String reason) {
    db.write(tx -> suppress(tx, tenant, targetKey, reason));
  }

  static int suppress(Tx tx, String tenant, String targetKey, @Nullable String reason)
      throws SQLException {
    if (reason == null) {
      return tx.update(
          "DELETE FROM {suppression} WHERE tenant = ? AND target_key = ?", tenant, targetKey);
    }
    return tx.update(
        tx.dialect.upsert(
            "suppression", 2, List.of("tenant", "target_key", "reason", "created_at")),
        tenant,
        targetKey,
        Settler.code(reason),
        tx.now());
  }

  @Override
  public Set<String> suppressedTargets(String tenant, Collection<String> targetKeys) {
    Set<String> suppressed = new HashSet<>();
    if (targetKeys.isEmpty()) {
      return suppressed;
    }
    db.read(
        tx ->
            tx.queryIn(
                "SELECT target_key FROM {suppression} WHERE tenant = ? AND target_key IN (?*)",
                r -> suppressed.add(r.getString("target_key")),
                targetKeys,
                tenant));
    return suppressed;
  }
}
