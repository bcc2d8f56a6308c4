package dev.notifykit.example.shop;

/** How a customer pays. */
enum Payment {
  CARD,
  /** A card that the bank declines, after everything else has been done. */
  DECLINED_CARD;

  /** Thrown for a declined card, so that the transaction rolls back. */
  static final class Declined extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Declined() {
      super("the bank declined the card");
    }
  }

  void take() {
    if (this == DECLINED_CARD) {
      throw new Declined();
    }
  }
}
