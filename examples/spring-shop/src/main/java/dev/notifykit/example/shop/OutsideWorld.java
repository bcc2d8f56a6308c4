package dev.notifykit.example.shop;

import dev.notifykit.test.apns.ApnsAnswer;
import dev.notifykit.test.apns.FakeApnsServer;
import dev.notifykit.test.apns.ReceivedPush;
import dev.notifykit.test.fcm.FakeFcmServer;
import dev.notifykit.test.fcm.FcmAnswer;
import dev.notifykit.test.fcm.ReceivedFcmMessage;
import dev.notifykit.test.sms.FakeTwilio;
import dev.notifykit.test.smtp.FakeSmtpServer;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a real shop finds in the world: a mail server, Apple, Google and Twilio. Played by servers
 * in this process that speak the real protocols; where they are is told as properties, which any
 * other source of properties overrides.
 */
final class OutsideWorld
    implements ApplicationContextInitializer<ConfigurableApplicationContext>, AutoCloseable {
  /** Who takes messages, by the name of NotifyKit's provider for it. */
  enum Service {
    SMTP,
    APNS,
    FCM,
    TWILIO
  }

  /** Something that arrived on somebody's screen. */
  record Arrival(Instant at, Service service, String to, String title, String text) {}

  private final FakeSmtpServer mail = FakeSmtpServer.start();
  private final FakeApnsServer apple = FakeApnsServer.start();
  private final FakeFcmServer google = FakeFcmServer.start();
  private final FakeTwilio twilio = FakeTwilio.start();

  private final Set<Service> outages = ConcurrentHashMap.newKeySet();
  private final List<Arrival> arrivals = new CopyOnWriteArrayList<>();

  OutsideWorld() {
    mail.onReceived(
        m -> arrived(Service.SMTP, m.recipients().get(0), m.subject(), m.text().orElse("")));
    apple.answer(this::answer);
    google.answer(this::answer);
    twilio.onReceived(sms -> arrived(Service.TWILIO, sms.to(), "", sms.body()));
  }

  @Override
  public void initialize(ConfigurableApplicationContext shop) {
    shop.getEnvironment()
        .getPropertySources()
        .addLast(new MapPropertySource("outside world", properties()));
    DefaultListableBeanFactory beans = (DefaultListableBeanFactory) shop.getBeanFactory();
    beans.registerSingleton("outsideWorld", this);
    beans.registerDisposableBean("outsideWorld", this::close); // first in, last out
  }

  private Map<String, Object> properties() {
    return Map.ofEntries(
        Map.entry("notify.email.smtp.host", mail.host()),
        Map.entry("notify.email.smtp.port", mail.port()),
        Map.entry("spring.ssl.bundle.pem.smtp.truststore.certificate", pem(mail.certificate())),
        Map.entry("notify.push.apns.server", apple.host() + ":" + apple.port()),
        Map.entry("notify.push.apns.signing-key", signingKey()),
        Map.entry("spring.ssl.bundle.pem.apns.truststore.certificate", pem(apple.certificate())),
        Map.entry("notify.push.fcm.endpoint", google.url()),
        Map.entry("notify.push.fcm.credentials", google.credentials()),
        Map.entry("notify.sms.twilio.base-url", twilio.url()),
        Map.entry("notify.sms.twilio.account-sid", FakeTwilio.ACCOUNT_SID),
        Map.entry("notify.sms.twilio.auth-token", FakeTwilio.AUTH_TOKEN));
  }

  /** Apple gives a key like it to every developer. */
  private static String signingKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return pem("PRIVATE KEY", generator.generateKeyPair().getPrivate().getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime makes no EC keys", e);
    }
  }

  private static String pem(X509Certificate certificate) {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String type, byte[] content) {
    String text = Base64.getMimeEncoder().encodeToString(content);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, text, type);
  }

  // ---- what happens out there

  /** Begins an outage: the service answers, but takes nothing. */
  void breakDown(Service service) {
    outages.add(service);
    switch (service) {
      case SMTP -> mail.reject(address -> true, 451, "4.3.0 Try again later");
      case TWILIO -> twilio.failAll(503, 20503);
      case APNS, FCM -> {} // asked for each push
    }
  }

  /** Ends an outage. */
  void repair(Service service) {
    outages.remove(service);
    switch (service) {
      case SMTP -> mail.acceptAll();
      case TWILIO -> twilio.acceptAll();
      case APNS, FCM -> {}
    }
  }

  Set<Service> outages() {
    return Set.copyOf(outages);
  }

  private ApnsAnswer answer(ReceivedPush push) {
    if (outages.contains(Service.APNS)) {
      return ApnsAnswer.refuse(503, "ServiceUnavailable");
    }
    arrived(Service.APNS, push.token(), push.payload());
    return ApnsAnswer.accept();
  }

  private FcmAnswer answer(ReceivedFcmMessage push) {
    if (outages.contains(Service.FCM)) {
      return FcmAnswer.refuse(503, "UNAVAILABLE", "UNAVAILABLE");
    }
    arrived(Service.FCM, "", push.body());
    return FcmAnswer.accept();
  }

  private void arrived(Service service, String to, String json) {
    JsonNode push = JsonMapper.shared().readTree(json);
    String token = to.isEmpty() ? push.findValue("token").asString() : to;
    arrived(service, token, push.findValue("title").asString(), push.findValue("body").asString());
  }

  private void arrived(Service service, String to, String title, String text) {
    arrivals.add(new Arrival(Instant.now(), service, to, title, text.strip()));
  }

  /** Returns what arrived, oldest first. */
  List<Arrival> arrivals() {
    return List.copyOf(arrivals);
  }

  /**
   * Has a customer answer the last text to a number, as {@code STOP}. Twilio passes it on to the
   * shop's webhook.
   *
   * @return the HTTP status the shop answered with
   */
  int answerText(String number, String text, String webhook) {
    FakeTwilio.Sms last =
        twilio.messages().stream()
            .filter(sms -> sms.to().equals(number))
            .reduce((first, second) -> second)
            .orElseThrow();
    return twilio.answer(last, text, webhook);
  }

  @Override
  public void close() {
    mail.close();
    apple.close();
    google.close();
    twilio.close();
  }
}
