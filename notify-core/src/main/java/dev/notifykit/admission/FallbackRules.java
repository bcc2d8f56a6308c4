package dev.notifykit.admission;

import dev.notifykit.Channel;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.Notification;
import dev.notifykit.policy.Category;
import dev.notifykit.policy.Fallback;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which fallbacks a notification has: its own, which must make sense, else those of its category
 * that do.
 */
final class FallbackRules {
  private final Set<Channel> content;
  private final Set<Channel> served;

  private FallbackRules(Set<Channel> content, Set<Channel> served) {
    this.content = content;
    this.served = served;
  }

  /**
   * Returns them in an order in which each one's first channel is planned before it.
   *
   * @param content the channels there is content for
   * @param served the channels that have a provider
   */
  static List<Fallback> of(
      Notification notification, Category category, Set<Channel> content, Set<Channel> served) {
    List<Fallback> own = notification.fallbacks();
    return own.isEmpty() && category.fallbacks().isEmpty()
        ? List.of()
        : new FallbackRules(content, served).of(notification, own, category.fallbacks());
  }

  private List<Fallback> of(Notification notification, List<Fallback> given, List<Fallback> usual) {
    boolean own = !given.isEmpty();
    List<Fallback> wanted = own ? given : usual;
    Set<Channel> standIns = EnumSet.noneOf(Channel.class);
    wanted.forEach(f -> standIns.add(f.to()));
    Set<Channel> reached = first(notification, standIns);
    Set<Channel> left = EnumSet.noneOf(Channel.class);
    List<Fallback> fallbacks = new ArrayList<>();
    for (Fallback f : wanted) {
      String problem = problem(f, reached, left);
      if (problem == null) {
        fallbacks.add(f);
        left.add(f.from());
        reached.add(f.to());
      } else if (own) {
        throw new InvalidNotificationException("fallback", problem);
      }
    }
    return List.copyOf(fallbacks);
  }

  /** The channels it takes without any fallback. */
  private Set<Channel> first(Notification notification, Set<Channel> standIns) {
    Set<Channel> first = EnumSet.noneOf(Channel.class);
    first.addAll(notification.channels().isEmpty() ? content : notification.channels());
    first.retainAll(served);
    first.removeAll(standIns);
    return first;
  }

  private @Nullable String problem(Fallback f, Set<Channel> reached, Set<Channel> left) {
    if (!reached.contains(f.from())) {
      return "is from " + f.from() + ", which the notification does not take before";
    }
    if (left.contains(f.from()) || reached.contains(f.to())) {
      return "leads from " + f.from() + " or to " + f.to() + " a second time";
    }
    if (!content.contains(f.to())) {
      return "is to " + f.to() + ", for which there is no content; there is for " + content;
    }
    return served.contains(f.to())
        ? null
        : "is to " + f.to() + ", for which no provider is configured";
  }
}
