package dev.notifykit.message;

import dev.notifykit.internal.Checks;
import org.jspecify.annotations.Nullable;

/**
 * A button under a push. Browsers show it as it is given; on Apple devices and Android the app
 * declares its buttons itself and a push names them by {@link PushMessage#category}.
 *
 * @param id what the web page's service worker gets when it is pressed
 * @param title what is written on it
 * @param icon the https address of a picture, or null
 */
public record PushAction(String id, String title, @Nullable String icon) {
  /** Checks the parts. */
  public PushAction {
    Checks.name("action.id", id);
    Checks.notNull("action.title", title);
  }

  /** Returns the id only. */
  @Override
  public String toString() {
    return "PushAction[" + id + "]";
  }
}
