package dev.notifykit.spring.boot;

import dev.notifykit.Device.Environment;
import dev.notifykit.apns.ApnsProvider;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.core.io.Resource;

/**
 * Push to Apple devices; set up where any of these is set.
 *
 * @param enabled whether it is used
 * @param name the provider's name; apns unless set
 * @param signingKey the text of the team's .p8 signing key
 * @param signingKeyLocation the file of the signing key, in place of its text
 * @param keyId the ten characters that identify the signing key
 * @param teamId the ten characters that identify the team
 * @param certificateLocation a PKCS#12 file, in place of a signing key
 * @param certificatePassword the password of the PKCS#12 file; none unless set
 * @param topics the apps' bundle ids; the first is the app of devices that name none
 * @param environment the environment whose devices it serves; both unless set
 * @param connections how many connections it opens to each environment; 1 unless set
 * @param maxInFlight the most pushes in flight; 1000 unless set
 * @param timeout how long a push may take; 30 s unless set
 * @param connectTimeout how long a connection may take to open; 10 s unless set
 * @param timeToLive how long APNs keeps a push for a device out of reach; 28 days unless set
 * @param server another server in place of Apple's, as host:port
 * @param proxy an HTTP proxy, as host:port
 * @param sslBundle the SSL bundle whose trust store to trust in place of the JVM's
 */
@ConfigurationProperties("notify.push.apns")
record ApnsProperties(
    @DefaultValue("true") boolean enabled,
    @Nullable String name,
    @Nullable String signingKey,
    @Nullable Resource signingKeyLocation,
    @Nullable String keyId,
    @Nullable String teamId,
    @Nullable Resource certificateLocation,
    @Nullable String certificatePassword,
    @DefaultValue List<String> topics,
    @Nullable Environment environment,
    @Nullable Integer connections,
    @Nullable Integer maxInFlight,
    @Nullable Duration timeout,
    @Nullable Duration connectTimeout,
    @Nullable Duration timeToLive,
    @Nullable String server,
    @Nullable String proxy,
    @Nullable String sslBundle) {
  static final String PREFIX = "notify.push.apns";

  ApnsProvider provider(Tls tls) {
    return Options.build(PREFIX, ApnsProperties.class, () -> build(tls));
  }

  private ApnsProvider build(Tls tls) {
    ApnsProvider.Builder builder = ApnsProvider.builder();
    Options.set(name, builder::name);
    credentials(builder);
    topics.forEach(builder::topic);
    Options.set(environment, builder::environment);
    Options.set(connections, builder::connections);
    Options.set(maxInFlight, builder::maxInFlight);
    Options.set(timeout, builder::timeout);
    Options.set(connectTimeout, builder::connectTimeout);
    Options.set(timeToLive, builder::timeToLive);
    network(builder, tls);
    return builder.build();
  }

  private void credentials(ApnsProvider.Builder builder) {
    if (certificatePassword != null && certificateLocation == null) {
      throw new PropertyRefusedException(
          List.of(PREFIX + ".certificate-location"),
          "it is missing, and the password of a certificate is set",
          null);
    }
    Options.set(
        Options.text(PREFIX + ".signing-key", signingKey, signingKeyLocation), builder::signingKey);
    Options.set(keyId, builder::keyId);
    Options.set(teamId, builder::teamId);
    if (certificateLocation != null) {
      builder.certificate(
          Options.bytes(PREFIX + ".certificate-location", certificateLocation),
          certificatePassword == null ? "" : certificatePassword);
    }
  }

  private void network(ApnsProvider.Builder builder, Tls tls) {
    if (server != null) {
      InetSocketAddress address = address(PREFIX + ".server", server);
      builder.server(address.getHostString(), address.getPort());
    }
    if (proxy != null) {
      builder.proxy(address(PREFIX + ".proxy", proxy));
    }
    SslBundle bundle = tls.bundle(PREFIX + ".ssl-bundle", sslBundle);
    if (bundle != null) {
      builder.trustedCertificates(Tls.trusted(PREFIX + ".ssl-bundle", bundle));
    }
  }

  private static InetSocketAddress address(String property, String text) {
    int colon = text.lastIndexOf(':');
    String port = text.substring(colon + 1);
    if (colon < 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
      throw new PropertyRefusedException(List.of(property), "it is not host:port", null);
    }
    return InetSocketAddress.createUnresolved(text.substring(0, colon), Integer.parseInt(port));
  }

  @Override
  public String toString() {
    return PREFIX;
  }
}
