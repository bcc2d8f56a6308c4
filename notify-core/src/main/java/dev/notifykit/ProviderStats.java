package dev.notifykit;

/**
 * How a provider is doing, as this client sees it.
 *
 * @param name the provider's name
 * @param state whether it is used
 * @param inFlight sends waiting for its answer
 * @param accepted messages it took since the client started
 * @param failed attempts that did not end in acceptance since the client started
 */
public record ProviderStats(String name, State state, int inFlight, long accepted, long failed) {
  /** Whether a provider is used. */
  public enum State {
    /** In use. */
    UP,
    /** Its breaker is open or half open: left alone but for probes. */
    DOWN,
    /** Its credentials or settings were refused: left alone but for probes. */
    MISCONFIGURED
  }
}
