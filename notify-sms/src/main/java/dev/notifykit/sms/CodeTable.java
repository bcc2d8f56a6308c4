package dev.notifykit.sms;

import java.util.HashMap;
import java.util.Map;

/** A provider's codes and their classes. A code it does not list is {@link CodeClass#UNKNOWN}. */
final class CodeTable {
  private final Map<Integer, CodeClass> classes = new HashMap<>();

  /** Adds codes, written as numbers and ranges with blanks between them. Each may be added once. */
  CodeTable with(CodeClass meaning, String codes) {
    for (String code : codes.split(" ", -1)) {
      int dash = code.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? code : code.substring(0, dash));
      int last = dash < 0 ? first : Integer.parseInt(code.substring(dash + 1));
      for (int c = first; c <= last; c++) {
        if (classes.putIfAbsent(c, meaning) != null) {
          throw new IllegalStateException("code " + c + " is listed twice");
        }
      }
    }
    return this;
  }

  CodeClass classify(int code) {
    return classify(code, CodeClass.UNKNOWN);
  }

  /** Returns the class of a code, or the other one where the code is not listed. */
  CodeClass classify(int code, CodeClass otherwise) {
    return classes.getOrDefault(code, otherwise);
  }
}
