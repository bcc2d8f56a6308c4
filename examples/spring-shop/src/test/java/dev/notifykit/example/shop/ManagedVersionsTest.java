package dev.notifykit.example.shop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.cfg.PackageVersion;
import io.lettuce.core.LettuceVersion;
import io.netty.util.Version;
import org.junit.jupiter.api.Test;

/** The shop runs on the libraries that its Spring Boot manages, as a user's application does. */
class ManagedVersionsTest {
  @Test
  void nettyIsTheManagedOne() {
    assertThat(Version.identify().values())
        .isNotEmpty()
        .allMatch(v -> v.artifactVersion().equals(System.getProperty("managed.netty")));
  }

  @Test
  void lettuceIsTheManagedOne() {
    assertThat(LettuceVersion.getVersion()).startsWith(System.getProperty("managed.lettuce"));
  }

  @Test
  void bothJacksonsAreTheManagedOnes() {
    assertThat(PackageVersion.VERSION.toString()).isEqualTo(System.getProperty("managed.jackson2"));
    assertThat(tools.jackson.databind.cfg.PackageVersion.VERSION.toString())
        .isEqualTo(System.getProperty("managed.jackson3"));
  }
}
