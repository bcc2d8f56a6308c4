package dev.notifykit.sms;

import java.util.BitSet;

/** The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038, 6.2.1). */
final class GsmAlphabet {
  private static final String BASIC =
      "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
          + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
  private static final String EXTENSION = "\f^{}\\[~]|€";

  private static final BitSet ONE_SEPTET = setOf(BASIC);
  private static final BitSet TWO_SEPTETS = setOf(EXTENSION);

  private GsmAlphabet() {}

  /** Returns how many septets a character takes: 1, 2 with its escape, or 0 if there is none. */
  static int septets(char c) {
    if (ONE_SEPTET.get(c)) {
      return 1;
    }
    return TWO_SEPTETS.get(c) ? 2 : 0;
  }

  /** Returns whether the whole text can be written in the alphabet. */
  static boolean covers(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (septets(text.charAt(i)) == 0) {
        return false;
      }
    }
    return true;
  }

  private static BitSet setOf(String chars) {
    BitSet set = new BitSet();
    chars.chars().forEach(set::set);
    return set;
  }
}
