package dev.notifykit.sms;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import dev.notifykit.ConfigurationException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Countries, as options name them and as numbers belong to them. */
final class Regions {
  static final PhoneNumberUtil NUMBERS = PhoneNumberUtil.getInstance();

  /** What a number of no single country belongs to, such as a satellite network's. */
  static final String NONE = "001";

  private Regions() {}

  /** Returns the code in capitals, refusing what libphonenumber has no numbers for. */
  static String country(String option, @Nullable String code) {
    if (code == null || !NUMBERS.getSupportedRegions().contains(code.toUpperCase(Locale.ROOT))) {
      throw new ConfigurationException(
          option + " '" + code + "' is no ISO 3166 country code of two letters, such as KR");
    }
    return code.toUpperCase(Locale.ROOT);
  }

  static String of(PhoneNumber number) {
    String region = NUMBERS.getRegionCodeForNumber(number);
    return region == null ? NONE : region;
  }

  /** Returns the country of a number in E.164 form, {@link #NONE} if it has none. */
  static String ofNumber(String e164) {
    try {
      return of(NUMBERS.parse(e164, null));
    } catch (NumberParseException e) {
      return NONE;
    }
  }
}
