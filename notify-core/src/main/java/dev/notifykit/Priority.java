package dev.notifykit;

/** The order in which a route takes its work: a higher priority is claimed before any lower one. */
public enum Priority {
  /** Codes and alarms a person is waiting for. */
  HIGH,
  /** The default. */
  NORMAL,
  /** Campaigns and digests, which anything else may overtake. */
  LOW
}
