package dev.notifykit.spring.boot;

import dev.notifykit.fcm.FcmProvider;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.io.Resource;

/**
 * Push to Android devices and browsers; set up where any of these is set.
 *
 * @param enabled whether it is used
 * @param name the provider's name; fcm unless set
 * @param credentials the text of the service account's JSON key file
 * @param credentialsLocation the key file, in place of its text
 * @param projectId the Firebase project; the service account's unless set
 * @param apps the apps it serves, by the id their devices are registered with; all unless set
 * @param maxInFlight the most messages in flight; 500 unless set
 * @param timeout how long a message may take; 30 s unless set
 * @param connectTimeout how long a connection may take to open; 10 s unless set
 * @param rampUp over how long the load grows after a pause; 1 min unless set
 * @param endpoint another server in place of Google's, https or http on this machine
 */
@ConfigurationProperties("notify.push.fcm")
record FcmProperties(
    @DefaultValue("true") boolean enabled,
    @Nullable String name,
    @Nullable String credentials,
    @Nullable Resource credentialsLocation,
    @Nullable String projectId,
    @DefaultValue List<String> apps,
    @Nullable Integer maxInFlight,
    @Nullable Duration timeout,
    @Nullable Duration connectTimeout,
    @Nullable Duration rampUp,
    @Nullable String endpoint) {
  static final String PREFIX = "notify.push.fcm";

  FcmProvider provider() {
    return Options.build(PREFIX, FcmProperties.class, this::build);
  }

  private FcmProvider build() {
    FcmProvider.Builder builder = FcmProvider.builder();
    Options.set(name, builder::name);
    Options.set(
        Options.text(PREFIX + ".credentials", credentials, credentialsLocation),
        builder::credentials);
    Options.set(projectId, builder::projectId);
    apps.forEach(builder::app);
    Options.set(maxInFlight, builder::maxInFlight);
    Options.set(timeout, builder::timeout);
    Options.set(connectTimeout, builder::connectTimeout);
    Options.set(rampUp, builder::rampUp);
    Options.set(endpoint, builder::endpoint);
    return builder.build();
  }

  @Override
  public String toString() {
    return PREFIX;
  }
}
