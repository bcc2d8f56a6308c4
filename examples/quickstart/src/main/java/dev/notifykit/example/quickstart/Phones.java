package dev.notifykit.example.quickstart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.notifykit.Device;
import dev.notifykit.Notification;
import dev.notifykit.Recipient;
import dev.notifykit.apns.ApnsProvider;
import dev.notifykit.fcm.FcmProvider;
import dev.notifykit.provider.Provider;
import dev.notifykit.sms.TwilioProvider;
import dev.notifykit.test.apns.FakeApnsServer;
import dev.notifykit.test.fcm.FakeFcmServer;
import dev.notifykit.test.fcm.ReceivedFcmMessage;
import dev.notifykit.test.sms.FakeTwilio;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * A customer who wants to know at once, and the services that reach her: Apple's, Google's and
 * Twilio's, played by servers in this process that speak their protocols.
 */
final class Phones implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final String IPHONE = "a1".repeat(32);
  private static final String ANDROID = "android-token-of-an-example";
  private static final String BROWSER = "browser-token-of-an-example";

  private final FakeApnsServer apple = FakeApnsServer.start();
  private final FakeFcmServer google = FakeFcmServer.start();
  private final FakeTwilio twilio = FakeTwilio.start();

  /** Returns the customer: an iPhone, an Android phone, a browser and a phone number. */
  Recipient customer() {
    return Recipient.builder("u-2001")
        .name("Maya Lindqvist")
        .phone("+14155550123")
        .device(Device.ios(IPHONE))
        .device(Device.android(ANDROID))
        .device(Device.web(BROWSER))
        .locale(Locale.US)
        .build();
  }

  /** Returns what she is told, on all of them. */
  Notification parcelAtTheDoor() {
    return Notification.builder("parcel-at-the-door")
        .eventId("courier#A-10002")
        .to(customer().id())
        .with("orderNo", "A-10002")
        .build();
  }

  /** Returns a provider for each service; whoever gets the providers closes them. */
  List<Provider> providers() {
    // region providers
    ApnsProvider ios =
        ApnsProvider.builder()
            .signingKey(signingKey())
            .keyId("ABC123DEFG")
            .teamId("DEF123GHIJ")
            .topic("com.example.shop")
            .server(apple.host(), apple.port()) // leave this and the next line out for Apple's own
            .trustedCertificates(apple.certificate())
            .timeout(TIMEOUT)
            .build();
    FcmProvider androidAndWeb =
        FcmProvider.builder()
            .credentials(google.credentials())
            .endpoint(google.url()) // leave this line out for Google's own
            .timeout(TIMEOUT)
            .build();
    TwilioProvider sms =
        TwilioProvider.builder()
            .accountSid(FakeTwilio.ACCOUNT_SID)
            .authToken(FakeTwilio.AUTH_TOKEN)
            .from("+15005550006")
            .baseUrl(twilio.url()) // leave this line out for Twilio's own
            .timeout(TIMEOUT)
            .build();
    // endregion
    return List.of(ios, androidAndWeb, sms);
  }

  /** Apple gives a key like it to every developer. */
  static String signingKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
      return "-----BEGIN PRIVATE KEY-----\n"
          + Base64.getMimeEncoder().encodeToString(key)
          + "\n-----END PRIVATE KEY-----\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime makes no EC keys", e);
    }
  }

  /** Returns what arrived, a line each. */
  List<String> received() {
    List<String> lines = new ArrayList<>();
    apple.pushes().forEach(push -> lines.add("iPhone   " + shown(push.payload())));
    for (ReceivedFcmMessage push : google.messages()) {
      lines.add((push.body().contains(BROWSER) ? "browser  " : "Android  ") + shown(push.body()));
    }
    twilio.messages().forEach(sms -> lines.add("SMS      " + sms.body()));
    return lines;
  }

  private static String shown(String json) {
    try {
      JsonNode push = new ObjectMapper().readTree(json);
      return push.findValue("title").asText() + ": " + push.findValue("body").asText();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("that is no JSON", e);
    }
  }

  @Override
  public void close() {
    apple.close();
    google.close();
    twilio.close();
  }
}
