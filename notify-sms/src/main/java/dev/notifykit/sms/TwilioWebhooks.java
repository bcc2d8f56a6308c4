package dev.notifykit.sms;

/** Placeholder. */
public final class TwilioWebhooks {
  static final String DELIVERY = "delivery";
  static final String TENANT = "tenant";

  private TwilioWebhooks() {}
}
