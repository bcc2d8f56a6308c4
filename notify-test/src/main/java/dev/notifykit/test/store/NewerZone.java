package dev.notifykit.test.store;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesException;
import java.time.zone.ZoneRulesProvider;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** A time zone that a thread can be made not to know, as a Java runtime of older data does not. */
final class NewerZone extends ZoneRulesProvider {
  private static final String ID = "NotifyKit/Newer";
  private static final ThreadLocal<Boolean> IS_UNKNOWN = ThreadLocal.withInitial(() -> false);

  static {
    registerProvider(new NewerZone());
  }

  private NewerZone() {}

  @SuppressWarnings("InvalidZoneId") // to all but this
  static ZoneId id() {
    return ZoneId.of(ID);
  }

  /** Does something while the zone is not known. */
  static <T> T unknown(Supplier<T> action) {
    IS_UNKNOWN.set(true);
    try {
      return action.get();
    } finally {
      IS_UNKNOWN.remove();
    }
  }

  @Override
  protected Set<String> provideZoneIds() {
    return Set.of(ID);
  }

  @Override
  protected ZoneRules provideRules(String zoneId, boolean forCaching) {
    if (IS_UNKNOWN.get()) {
      throw new ZoneRulesException("Unknown time-zone ID: " + zoneId);
    }
    return ZoneOffset.UTC.getRules();
  }

  @Override
  protected NavigableMap<String, ZoneRules> provideVersions(String zoneId) {
    return new TreeMap<>();
  }
}
