package dev.notifykit.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import dev.notifykit.Priority;
import dev.notifykit.Target;
import dev.notifykit.provider.Consignment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The countries that core routes by, against the metadata of libphonenumber. */
class CountriesTest {
  private static final PhoneNumberUtil UTIL = PhoneNumberUtil.getInstance();

  private static Optional<String> country(PhoneNumber number) {
    Target target = Target.phone(UTIL.format(number, PhoneNumberFormat.E164));
    return new Consignment(new UUID(0, 0), "", "r", target, null, null, "default", Priority.NORMAL)
        .country();
  }

  @Test
  void everyRegionCountsAsItselfOrAsTheCountryWhoseCodeItShares() {
    Map<String, String> wrong = new TreeMap<>();
    for (String region : UTIL.getSupportedRegions()) {
      for (PhoneNumberType type : List.of(PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE)) {
        PhoneNumber example = UTIL.getExampleNumberForType(region, type);
        if (example != null) {
          String shared = UTIL.getRegionCodeForCountryCode(example.getCountryCode());
          String found = country(example).orElse("none");
          boolean right =
              found.equals(region) || (found.equals(shared) && example.getCountryCode() != 1);
          if (!right) {
            wrong.put(region + " " + type, found);
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void everyAreaCodeOfNorthAmericaIsInItsCountry() {
    Map<Integer, String> wrong = new TreeMap<>();
    for (int area = 200; area < 1_000; area++) {
      PhoneNumber number =
          new PhoneNumber().setCountryCode(1).setNationalNumber(area * 10_000_000L + 5_550_123L);
      String region = UTIL.getRegionCodeForNumber(number);
      if (region != null && !country(number).equals(Optional.of(region))) {
        wrong.put(area, region + " not " + country(number).orElse("none"));
      }
    }
    assertThat(wrong).isEmpty();
  }
}
