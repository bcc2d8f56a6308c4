package dev.notifykit.sms;

import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Who a message comes from: a number, a short code, a name or a Twilio messaging service. */
record Sender(Kind kind, String value) {
  enum Kind {
    NUMBER(Pattern.compile("\\+[1-9][0-9]{6,14}")),
    SHORT_CODE(Pattern.compile("[0-9]{3,8}")),
    SERVICE(Pattern.compile("MG[0-9a-fA-F]{32}")),
    /** At most 11 characters with a letter among them, as GSM networks carry them. */
    NAME(Pattern.compile("(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 +\\-_&.]{0,10}"));

    private final Pattern form;

    Kind(Pattern form) {
      this.form = form;
    }
  }

  static final String FORMS =
      "a number in E.164 form, a short code of 3 to 8 digits, or a name of at most 11 letters,"
          + " digits, blanks and +-_&. with a letter among them";

  /** Countries whose networks carry numbers only. */
  private static final Set<String> NO_NAMES = Set.of("AS", "CA", "GU", "MP", "PR", "US", "VI");

  /** Returns the sender, or null if the value has none of the forms. */
  static @Nullable Sender parse(String value) {
    for (Kind kind : Kind.values()) {
      if (kind.form.matcher(value).matches()) {
        return new Sender(kind, value);
      }
    }
    return null;
  }

  boolean mayWriteTo(String country) {
    return kind != Kind.NAME || !NO_NAMES.contains(country);
  }
}
