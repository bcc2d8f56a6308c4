package dev.notifykit.sms;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import dev.notifykit.ConfigurationException;
import dev.notifykit.internal.Options;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which phone numbers may be sent to, and their E.164 form. Immutable and thread-safe.
 *
 * <p>Numbers are read with libphonenumber. Premium-rate numbers are always refused. An allow-list
 * of countries refuses every other one, which is the best guard against SMS pumping: set it to the
 * countries you have users in.
 *
 * <pre>{@code
 * PhoneNumbers numbers = PhoneNumbers.builder().defaultRegion("KR").allow("KR", "US").build();
 * numbers.check("010-2345-6789"); // E.164 +821023456789, country KR
 * numbers.check("+18765550123");  // refused: Jamaica is not on the list
 * }</pre>
 */
public final class PhoneNumbers {
  /** Accepts every valid number in international form that is not premium-rate. */
  public static final PhoneNumbers ANY = builder().build();

  /** Why a number is refused. */
  public enum Refusal {
    /** It is no number anybody could have. */
    INVALID_NUMBER,
    /** Its country is denied, or not among those allowed. */
    COUNTRY_NOT_ALLOWED,
    /** A message to it would be charged at a premium. */
    PREMIUM_RATE;

    private final String code = name().toLowerCase(java.util.Locale.ROOT);

    String code() {
      return code;
    }
  }

  /**
   * What a check found. {@code toString} shows no number.
   *
   * @param number the number in E.164 form, or null if it is refused
   * @param country its ISO 3166 code, {@code 001} if it belongs to no one country; null if invalid
   * @param refusal why it is refused, or null
   */
  public record Checked(
      @Nullable String number, @Nullable String country, @Nullable Refusal refusal) {
    @Override
    public String toString() {
      return "Checked[" + country + ", " + (refusal == null ? "accepted" : refusal) + "]";
    }
  }

  private final @Nullable String defaultRegion;
  private final Set<String> allowed;
  private final Set<String> denied;

  private PhoneNumbers(Builder b) {
    this.defaultRegion = b.defaultRegion;
    this.allowed = Set.copyOf(b.allowed);
    this.denied = Set.copyOf(b.denied);
  }

  /** Starts a policy. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Checks a number.
   *
   * @param number in international form with {@code +}, or in national form where there is a
   *     default region
   */
  public Checked check(String number) {
    PhoneNumber parsed;
    try {
      parsed = Regions.NUMBERS.parse(number, defaultRegion);
    } catch (NumberParseException e) {
      return new Checked(null, null, Refusal.INVALID_NUMBER);
    }
    String country = Regions.of(parsed);
    Refusal refusal = refusal(parsed, country);
    return refusal == null
        ? new Checked(Regions.NUMBERS.format(parsed, PhoneNumberFormat.E164), country, null)
        : new Checked(null, refusal == Refusal.INVALID_NUMBER ? null : country, refusal);
  }

  private @Nullable Refusal refusal(PhoneNumber number, String country) {
    if (!Regions.NUMBERS.isValidNumber(number) || number.hasExtension()) {
      return Refusal.INVALID_NUMBER;
    }
    if (denied.contains(country) || (!allowed.isEmpty() && !allowed.contains(country))) {
      return Refusal.COUNTRY_NOT_ALLOWED;
    }
    return Regions.NUMBERS.getNumberType(number) == PhoneNumberType.PREMIUM_RATE
        ? Refusal.PREMIUM_RATE
        : null;
  }

  /** Builds {@link PhoneNumbers}. Not thread-safe. */
  public static final class Builder {
    private @Nullable String defaultRegion;
    private final Set<String> allowed = new HashSet<>();
    private final Set<String> denied = new HashSet<>();

    private Builder() {}

    /**
     * Sets the country that numbers without {@code +} are read in; default none, which refuses
     * them.
     *
     * @param country an ISO 3166 code of two letters
     * @throws ConfigurationException if there is no such country
     */
    public Builder defaultRegion(String country) {
      defaultRegion = Regions.country("defaultRegion", country);
      return this;
    }

    /**
     * Adds to the countries that may be sent to; all others are then refused. Default: all.
     *
     * @param countries ISO 3166 codes of two letters
     * @throws ConfigurationException if there is no such country
     */
    public Builder allow(String... countries) {
      for (String country : Options.notNull("allow", countries)) {
        allowed.add(Regions.country("allow", country));
      }
      return this;
    }

    /**
     * Adds to the countries that must not be sent to. Default: none.
     *
     * @param countries ISO 3166 codes of two letters
     * @throws ConfigurationException if there is no such country
     */
    public Builder deny(String... countries) {
      for (String country : Options.notNull("deny", countries)) {
        denied.add(Regions.country("deny", country));
      }
      return this;
    }

    /**
     * Returns the policy.
     *
     * @throws ConfigurationException if a country is both allowed and denied
     */
    public PhoneNumbers build() {
      for (String country : denied) {
        if (allowed.contains(country)) {
          throw new ConfigurationException(
              "deny '" + country + "' is also on the allow list; take it off one of the two");
        }
      }
      return new PhoneNumbers(this);
    }
  }
}
