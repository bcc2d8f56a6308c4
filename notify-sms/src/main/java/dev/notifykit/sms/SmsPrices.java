package dev.notifykit.sms;

import dev.notifykit.ConfigurationException;
import dev.notifykit.message.SmsMessage;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a segment costs by country, as the application's contract says, to estimate a message before
 * it is sent. Immutable and thread-safe. The currency is the caller's.
 *
 * <pre>{@code
 * SmsPrices prices = SmsPrices.builder().segment("US", "0.0083").segment("KR", "0.0494").build();
 * prices.estimate("+14155550123", "Your code is 123456"); // Optional[0.0083]
 * }</pre>
 */
public final class SmsPrices {
  private final Map<String, BigDecimal> byCountry;
  private final @Nullable BigDecimal otherwise;

  private SmsPrices(Builder b) {
    this.byCountry = Map.copyOf(b.byCountry);
    this.otherwise = b.otherwise;
  }

  /** Starts a price list. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns what a text would cost, or empty if its country has no price.
   *
   * @param number the number in E.164 form
   * @param text the text, as it will be sent
   */
  public Optional<BigDecimal> estimate(String number, String text) {
    @Nullable BigDecimal price = byCountry.getOrDefault(Regions.ofNumber(number), otherwise);
    return Optional.ofNullable(price)
        .map(p -> p.multiply(BigDecimal.valueOf(SmsSegments.of(text).count())));
  }

  /**
   * Returns what a message would cost as it will be sent: with characters replaced and the end cut
   * off as it says. Empty if its country has no price, or if it has too many segments and would be
   * refused. What media cost is not in it.
   *
   * @param number the number in E.164 form
   * @param message the message, such as a {@linkplain dev.notifykit.template.Templates#preview
   *     preview}
   */
  public Optional<BigDecimal> estimate(String number, SmsMessage message) {
    return SmsText.prepare(message).flatMap(text -> estimate(number, text));
  }

  /** Builds {@link SmsPrices}. Not thread-safe. */
  public static final class Builder {
    private final Map<String, BigDecimal> byCountry = new HashMap<>();
    private @Nullable BigDecimal otherwise;

    private Builder() {}

    /**
     * Sets the price of one segment to a country.
     *
     * @param country an ISO 3166 code of two letters
     * @param price a decimal number, not negative
     * @throws ConfigurationException if either is malformed
     */
    public Builder segment(String country, String price) {
      byCountry.put(Regions.country("segment", country), parse("segment", price));
      return this;
    }

    /**
     * Sets the price of one segment to every other country; default unknown.
     *
     * @param price a decimal number, not negative
     * @throws ConfigurationException if it is malformed
     */
    public Builder otherwise(String price) {
      otherwise = parse("otherwise", price);
      return this;
    }

    private static BigDecimal parse(String option, String price) {
      try {
        BigDecimal value = new BigDecimal(SmsProvider.Builder.required(option, price));
        if (value.signum() >= 0) {
          return value;
        }
      } catch (NumberFormatException e) {
        throw new ConfigurationException(option + " '" + price + "' is no decimal number", e);
      }
      throw new ConfigurationException(option + " '" + price + "' is negative");
    }

    /** Returns the price list. */
    public SmsPrices build() {
      return new SmsPrices(this);
    }
  }
}
