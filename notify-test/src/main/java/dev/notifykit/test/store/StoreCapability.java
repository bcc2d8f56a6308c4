package dev.notifykit.test.store;

/** What a store may or may not promise; the cases about the rest hold for every store. */
public enum StoreCapability {
  /** What was written is there when the store is opened again, after a crash too. */
  DURABLE("what it keeps ends with the process"),
  /** Several nodes can work on the same data at once. */
  SHARED("one node has it to itself"),
  /** {@code append} joins a transaction of the caller's. */
  JOINS_TRANSACTIONS("it knows no transactions of the caller's"),
  /** Tokens that an append took are there again when the caller's transaction rolls back. */
  ROLLS_TOKENS_BACK("tokens that a rolled-back append took are lost"),
  /** {@code append} hands over what is due and fits. */
  HANDS_OFF("it leaves all work to be claimed"),
  /** {@code onWork} is told what other nodes append. */
  WAKES_NODES("work of other nodes is found by polling"),
  /** {@code InboxStore.subscribe} is told what other nodes add. */
  SPREADS_INBOX("only the process that adds an inbox entry tells of it");

  private final String without;

  StoreCapability(String without) {
    this.without = without;
  }

  /** Returns what to say of a store that lacks it. */
  String without() {
    return without;
  }
}
