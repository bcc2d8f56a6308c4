package dev.notifykit.example.quickstart;

import dev.notifykit.Channel;
import dev.notifykit.Preferences;

/**
 * A row of {@code opt-outs.csv}: what a customer does not want any more.
 *
 * @param userId the customer
 * @param noMore {@code everything}, {@code email}, or the name of a category
 */
record OptOut(String userId, String noMore) {
  void record(Preferences preferences) {
    switch (noMore) {
      case "everything" -> preferences.mute(userId);
      case "email" -> preferences.optOut(userId, Channel.EMAIL);
      default -> preferences.optOut(userId, noMore);
    }
  }
}
