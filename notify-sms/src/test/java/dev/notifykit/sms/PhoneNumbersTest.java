package dev.notifykit.sms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.ConfigurationException;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.message.SmsMessage.Overflow;
import dev.notifykit.sms.PhoneNumbers.Refusal;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PhoneNumbersTest {
  @ParameterizedTest
  @CsvSource({
    "+14155550123, +14155550123, US",
    "+1 (415) 555-0123, +14155550123, US",
    "+82 10-2345-6789, +821023456789, KR",
    "+44 7400 123456, +447400123456, GB",
    "+16132345678, +16132345678, CA",
  })
  void internationalNumberGetsItsE164FormAndCountry(String given, String e164, String country) {
    PhoneNumbers.Checked checked = PhoneNumbers.ANY.check(given);
    assertThat(checked.number()).isEqualTo(e164);
    assertThat(checked.country()).isEqualTo(country);
    assertThat(checked.refusal()).isNull();
  }

  @Test
  void nationalNumberNeedsADefaultRegion() {
    assertThat(PhoneNumbers.ANY.check("010-2345-6789").refusal()).isEqualTo(Refusal.INVALID_NUMBER);
    PhoneNumbers korean = PhoneNumbers.builder().defaultRegion("kr").build();
    assertThat(korean.check("010-2345-6789").number()).isEqualTo("+821023456789");
    assertThat(korean.check("+14155550123").number()).isEqualTo("+14155550123");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "+",
        "hello",
        "+1",
        "+1415555012",
        "+141555501234",
        "+999123456789",
        "+14155550123 ext. 7",
        "+14155550123;ext=7",
        "+14155550123\r\nX: y",
        "12345",
        "\uD800"
      })
  void nonsenseIsNoNumber(String given) {
    PhoneNumbers.Checked checked = PhoneNumbers.ANY.check(given);
    assertThat(checked.refusal()).isEqualTo(Refusal.INVALID_NUMBER);
    assertThat(checked.number()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"+19002345678", "+449012345678", "+499001234567", "+979123456789"})
  void premiumRateNumberIsRefused(String number) {
    assertThat(PhoneNumbers.ANY.check(number).refusal()).isEqualTo(Refusal.PREMIUM_RATE);
  }

  @Test
  void allowListRefusesEveryOtherCountry() {
    PhoneNumbers numbers = PhoneNumbers.builder().allow("US", "kr").build();
    assertThat(numbers.check("+14155550123").refusal()).isNull();
    assertThat(numbers.check("+821023456789").refusal()).isNull();
    // All of these share the prefix +1 or belong to no country.
    for (String other : new String[] {"+16132345678", "+18762345678", "+881612345678"}) {
      assertThat(numbers.check(other).refusal()).isEqualTo(Refusal.COUNTRY_NOT_ALLOWED);
    }
  }

  @Test
  void denyListRefusesItsCountriesOnly() {
    PhoneNumbers numbers = PhoneNumbers.builder().deny("JM").build();
    assertThat(numbers.check("+18762345678").refusal()).isEqualTo(Refusal.COUNTRY_NOT_ALLOWED);
    assertThat(numbers.check("+14155550123").refusal()).isNull();
  }

  @Test
  void showsNoNumber() {
    assertThat(PhoneNumbers.ANY.check("+14155550123").toString()).doesNotContain("555");
  }

  @Test
  void unknownCountryIsRefusedByName() {
    assertThatThrownBy(() -> PhoneNumbers.builder().allow("US", "XX"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("allow 'XX'");
    assertThatThrownBy(() -> PhoneNumbers.builder().defaultRegion("Korea"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("defaultRegion 'Korea'");
  }

  @Test
  void countryCannotBeAllowedAndDenied() {
    PhoneNumbers.Builder numbers = PhoneNumbers.builder().allow("US").deny("US");
    assertThatThrownBy(numbers::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("deny 'US'");
  }

  @Test
  void priceIsOfTheMessageAsItWillBeSent() {
    SmsPrices prices = SmsPrices.builder().segment("US", "1").build();
    SmsMessage.Builder message = SmsMessage.builder().text("“" + "a".repeat(400) + "”");
    assertThat(prices.estimate("+14155550123", message.build())).contains(new BigDecimal(6));
    assertThat(prices.estimate("+14155550123", message.transliterated(true).build()))
        .contains(new BigDecimal(3));
    assertThat(prices.estimate("+14155550123", message.maxSegments(2).build())).isEmpty();
    assertThat(prices.estimate("+14155550123", message.overflow(Overflow.SHORTEN).build()))
        .contains(new BigDecimal(2));
  }

  @Test
  void pricesAreBySegmentAndCountry() {
    SmsPrices prices = SmsPrices.builder().segment("US", "0.0083").segment("KR", "0.05").build();
    assertThat(prices.estimate("+14155550123", "a".repeat(161)))
        .hasValueSatisfying(p -> assertThat(p).isEqualByComparingTo("0.0166"));
    assertThat(prices.estimate("+447400123456", "a")).isEmpty();
    SmsPrices all = SmsPrices.builder().otherwise("0.1").build();
    assertThat(all.estimate("+447400123456", "a"))
        .hasValueSatisfying(p -> assertThat(p).isEqualByComparingTo("0.1"));
    assertThatThrownBy(() -> SmsPrices.builder().otherwise("1,5"))
        .isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> SmsPrices.builder().segment("US", "-1"))
        .isInstanceOf(ConfigurationException.class);
  }
}
