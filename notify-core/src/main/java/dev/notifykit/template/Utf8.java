package dev.notifykit.template;

/** Sizes in UTF-8, without encoding. */
final class Utf8 {
  private Utf8() {}

  static int size(CharSequence text) {
    int size = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // A surrogate counts two: four bytes the pair.
      size += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return size;
  }
}
