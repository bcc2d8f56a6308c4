package dev.notifykit.example.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.notifykit.ConfigurationException;
import dev.notifykit.NotificationClient;
import dev.notifykit.apns.ApnsProvider;
import dev.notifykit.email.MailchimpProvider;
import dev.notifykit.email.MailchimpWebhooks;
import dev.notifykit.email.SendGridProvider;
import dev.notifykit.email.SendGridWebhooks;
import dev.notifykit.email.SmtpProvider;
import dev.notifykit.fcm.FcmProvider;
import dev.notifykit.policy.Category;
import dev.notifykit.remote.SendApi;
import dev.notifykit.sms.PhoneNumbers;
import dev.notifykit.sms.SmsPrices;
import dev.notifykit.sms.TwilioProvider;
import dev.notifykit.sms.TwilioWebhooks;
import dev.notifykit.sms.VonageProvider;
import dev.notifykit.sms.VonageWebhooks;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.test.fcm.FakeFcmServer;
import dev.notifykit.tracking.TrackingLinks;
import dev.notifykit.tracking.UnsubscribeLinks;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an application reads from its environment may be absent: each option of a builder says that
 * it is, by its name, or takes it as its default and is annotated so.
 */
final class NullOptionsTest {
  private static final byte[] SECRET = new byte[32];
  private static final Map<Class<?>, Object> OTHERS =
      Map.of(String.class, "US", int.class, 443, byte[].class, SECRET);

  /** One value of one option. */
  private record Case(Supplier<Object> builder, Method option, int value) {
    @Override
    public String toString() {
      return option.getDeclaringClass().getName() + "." + option.getName() + ", value " + value;
    }
  }

  static Stream<Case> cases() {
    return Stream.<Supplier<Object>>of(
            NullOptionsTest::smtp,
            () -> SendGridProvider.builder().apiKey("key").from("shop@example.com"),
            () -> MailchimpProvider.builder().apiKey("key").from("shop@example.com"),
            NullOptionsTest::twilio,
            () -> VonageProvider.builder().apiKey("key").apiSecret("secret").from("Shop"),
            NullOptionsTest::apns,
            NullOptionsTest::fcm,
            PhoneNumbers::builder,
            SmsPrices::builder,
            () -> TwilioWebhooks.builder().authToken("token"),
            () -> VonageWebhooks.builder().signatureSecret("secret"),
            () -> SendGridWebhooks.builder().verificationKey(publicKey()),
            () -> MailchimpWebhooks.builder().webhookKey("key"),
            NotificationClient::builder,
            InMemoryStore::builder,
            () -> Category.builder("orders"),
            () -> TrackingLinks.builder().baseUrl("https://n.example.com/t").key(SECRET),
            () -> UnsubscribeLinks.builder().baseUrl("https://n.example.com/u").key(SECRET),
            () -> SendApi.builder().app("shop", SECRET))
        .flatMap(NullOptionsTest::casesOf);
  }

  private static Stream<Case> casesOf(Supplier<Object> builder) {
    Class<?> type = builder.get().getClass();
    return Arrays.stream(type.getMethods())
        .filter(m -> !m.isBridge() && m.getReturnType().isAssignableFrom(type))
        .filter(m -> m.getDeclaringClass() != Object.class)
        .flatMap(
            m ->
                IntStream.range(0, m.getParameterCount())
                    .filter(i -> !m.getParameterTypes()[i].isPrimitive())
                    .mapToObj(i -> new Case(builder, m, i)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void optionThatIsAbsentIsNamed(Case each) {
    if (each.option.getAnnotatedParameterTypes()[each.value].isAnnotationPresent(Nullable.class)) {
      assertThatCode(() -> build(each)).doesNotThrowAnyException();
      return;
    }
    Throwable refusal = catchThrowable(() -> build(each));
    assertThat(refusal).isInstanceOf(ConfigurationException.class);
    assertThat(refusal).hasMessageContaining(each.option.getName());
  }

  private static void build(Case each) throws Throwable {
    Object builder = each.builder.get();
    Object[] values =
        Arrays.stream(each.option.getParameterTypes()).map(OTHERS::get).toArray(Object[]::new);
    values[each.value] = null;
    try {
      each.option.setAccessible(true); // of a base class that is not public
      each.option.invoke(builder, values);
      Object built = builder.getClass().getMethod("build").invoke(builder);
      if (built instanceof AutoCloseable closeable) {
        closeable.close();
      }
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static SmtpProvider.Builder smtp() {
    return SmtpProvider.builder().host("localhost").from("shop@example.com");
  }

  private static TwilioProvider.Builder twilio() {
    return TwilioProvider.builder()
        .accountSid("AC" + "0".repeat(32))
        .authToken("token")
        .from("Shop");
  }

  private static ApnsProvider.Builder apns() {
    return ApnsProvider.builder()
        .signingKey(Phones.signingKey())
        .keyId("ABC123DEFG")
        .teamId("DEF123GHIJ")
        .topic("com.example.shop");
  }

  private static FcmProvider.Builder fcm() {
    try (FakeFcmServer google = FakeFcmServer.start()) {
      return FcmProvider.builder().credentials(google.credentials());
    }
  }

  private static String publicKey() {
    try {
      KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
      keys.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = keys.generateKeyPair();
      return Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
