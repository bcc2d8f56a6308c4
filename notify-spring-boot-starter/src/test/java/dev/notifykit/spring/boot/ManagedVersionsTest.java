package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** These tests run on the libraries that the user's Spring Boot brings, not on the build's own. */
@EnabledIfSystemProperty(
    named = "managed.netty",
    matches = ".+",
    disabledReason = "the build's own versions are used in this module")
class ManagedVersionsTest {
  @Test
  void nettyIsTheManagedOne() {
    assertThat(Version.identify().values())
        .isNotEmpty()
        .allMatch(v -> v.artifactVersion().equals(System.getProperty("managed.netty")));
  }

  @Test
  void lettuceIsTheManagedOne() {
    assertThat(io.lettuce.core.LettuceVersion.getVersion())
        .startsWith(System.getProperty("managed.lettuce"));
  }

  @Test
  void jacksonIsTheManagedOne() {
    assertThat(com.fasterxml.jackson.databind.cfg.PackageVersion.VERSION.toString())
        .isEqualTo(System.getProperty("managed.jackson"));
  }
}
