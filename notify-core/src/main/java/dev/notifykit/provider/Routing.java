package dev.notifykit.provider;

import dev.notifykit.ConfigurationException;
import dev.notifykit.internal.Options;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * A rule that says which of a channel's providers a delivery is offered to, and in which order: the
 * first that is in use is asked, and the next one takes over what it definitely did not take.
 * Immutable and, if its predicates are, thread-safe.
 *
 * <pre>{@code
 * Routing.byCountry(Set.of("KR", "JP"), Routing.ordered("vonage", "twilio"))
 *     .otherwise(Routing.when(c -> c.category().equals("codes"), Routing.ordered("twilio", "vonage")))
 *     .otherwise(Routing.weighted("twilio", 80).and("vonage", 20))
 * }</pre>
 *
 * <p>A rule is asked anew for every attempt and gives the same order for the same delivery, so that
 * a retry goes where the first attempt went as long as that provider is in use. Providers that a
 * rule does not name get none of what it matches. What no rule matches, and what none of the named
 * providers can serve, is offered to all in the order they were added to the client.
 */
public abstract class Routing {
  private Routing() {}

  /**
   * Offers to these providers in this order.
   *
   * @param first the name of the one that gets all as long as it is in use
   * @param next the names of those that take over
   * @throws ConfigurationException if a name is given twice
   */
  public static Routing ordered(String first, String... next) {
    Set<String> names = new LinkedHashSet<>();
    names.add(Options.name("routing", first));
    for (String name : Options.notNull("routing", next)) {
      addOnce(names, name);
    }
    List<String> order = List.copyOf(names);
    return new Rule(names) {
      @Override
      public Optional<List<String>> providers(Consignment consignment) {
        return Optional.of(order);
      }
    };
  }

  private static void addOnce(Set<String> names, String name) {
    if (!names.add(Options.name("routing", name))) {
      throw new ConfigurationException("routing names the provider '" + name + "' twice");
    }
  }

  /**
   * Splits by weight; add the others with {@link Weighted#and}.
   *
   * @param provider a provider's name
   * @param weight its share of the sum of all weights, 1 to 1,000,000
   */
  public static Weighted weighted(String provider, int weight) {
    return new Weighted(Map.of()).and(provider, weight);
  }

  /**
   * Applies a rule to recipients in some countries; see {@link Consignment#country}.
   *
   * @param countries as two capital letters (ISO 3166), such as {@code KR}
   * @param then the rule for them
   * @throws ConfigurationException if one is not of that form
   */
  public static Routing byCountry(Set<String> countries, Routing then) {
    Set<String> known = Set.copyOf(Options.notNull("routing.countries", countries));
    for (String country : known) {
      if (!country.matches("[A-Z]{2}")) {
        throw new ConfigurationException(
            "routing: '" + country + "' is no country; write two capital letters, such as KR");
      }
    }
    return when(c -> c.country().filter(known::contains).isPresent(), then);
  }

  /**
   * Applies a rule to some deliveries.
   *
   * @param applies whether it is about a delivery; asked at every attempt, must be quick, keep to
   *     its argument, and not throw
   * @param then the rule for those
   */
  public static Routing when(Predicate<Consignment> applies, Routing then) {
    Options.notNull("routing.when", applies);
    return new Rule(Options.notNull("routing.then", then).names()) {
      @Override
      public Optional<List<String>> providers(Consignment consignment) {
        return applies.test(consignment) ? then.providers(consignment) : Optional.empty();
      }
    };
  }

  /**
   * Adds a rule for what this one does not match.
   *
   * @param next the rule
   */
  public final Routing otherwise(Routing next) {
    Set<String> both = new LinkedHashSet<>(names());
    both.addAll(Options.notNull("routing.otherwise", next).names());
    Routing first = this;
    return new Rule(both) {
      @Override
      public Optional<List<String>> providers(Consignment consignment) {
        return first.providers(consignment).or(() -> next.providers(consignment));
      }
    };
  }

  /**
   * Returns the names of the providers a delivery is offered to, in order; empty if no rule matches
   * it. The same delivery always gets the same answer.
   *
   * @param consignment the delivery
   */
  public abstract Optional<List<String>> providers(Consignment consignment);

  /** Returns every name that occurs. */
  public abstract Set<String> names();

  private abstract static class Rule extends Routing {
    private final Set<String> names;

    Rule(Set<String> names) {
      this.names = Set.copyOf(names);
    }

    @Override
    public final Set<String> names() {
      return names;
    }
  }

  /**
   * A split by weight. Each delivery draws its own order of the providers, once and for all, from
   * its id: the first with odds as the weights say, the second from the rest, and so on. So a
   * provider that is out gives its share to the others by their weights, and nothing else moves.
   */
  public static final class Weighted extends Routing {
    private static final int MOST = 1_000_000;

    private final Map<String, Integer> weights;

    private Weighted(Map<String, Integer> weights) {
      this.weights = weights;
    }

    /**
     * Returns a split among one more provider.
     *
     * @param provider a provider's name
     * @param weight its share of the sum of all weights, 1 to 1,000,000
     * @throws ConfigurationException if it is there already, or the weight out of bounds
     */
    public Weighted and(String provider, int weight) {
      if (weight < 1 || weight > MOST) {
        throw new ConfigurationException(
            "routing: the weight of '" + provider + "' is " + weight + "; it must be 1 to " + MOST);
      }
      Map<String, Integer> more = new LinkedHashMap<>(weights);
      if (more.put(Options.name("routing", provider), weight) != null) {
        throw new ConfigurationException("routing names the provider '" + provider + "' twice");
      }
      return new Weighted(more);
    }

    @Override
    public Optional<List<String>> providers(Consignment consignment) {
      Map<String, Double> ranks = new LinkedHashMap<>();
      weights.forEach((name, w) -> ranks.put(name, rank(consignment.deliveryId(), name, w)));
      List<String> order = new ArrayList<>(weights.keySet());
      order.sort(Comparator.comparing(ranks::get));
      return Optional.of(order);
    }

    /**
     * The waiting time of an exponential clock that ticks as fast as the weight: the earliest of
     * several is each one's with odds as the weights.
     */
    private static double rank(UUID delivery, String provider, int weight) {
      long h = delivery.getMostSignificantBits() ^ mix(delivery.getLeastSignificantBits());
      for (int i = 0; i < provider.length(); i++) {
        h = mix(h + provider.charAt(i));
      }
      double uniform = ((mix(h) >>> 11) + 1) * 0x1.0p-53;
      return -StrictMath.log(uniform) / weight;
    }

    /** The finalizer of SplitMix64: every bit of the id counts for every bit of the draw. */
    private static long mix(long value) {
      long z = value + 0x9E3779B97F4A7C15L;
      z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
      z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
      return z ^ z >>> 31;
    }

    @Override
    public Set<String> names() {
      return weights.keySet();
    }
  }
}
