package dev.notifykit.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.NotificationException;
import dev.notifykit.Priority;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CategoryTest {
  @Test
  void categoryHasTheDocumentedDefaults() {
    Category category = Category.of("news");
    assertThat(category.name()).isEqualTo("news");
    assertThat(category.consent()).isEqualTo(Category.Consent.OPT_OUT);
    assertThat(category.isMandatory()).isFalse();
    assertThat(category.unknownOutcome()).isEqualTo(UnknownOutcome.PREFER_DUPLICATE);
    assertThat(category.priority()).isEqualTo(Priority.NORMAL);
    assertThat(category.timeToLive()).isEmpty();
    assertThat(Category.DEFAULT.name()).isEqualTo("default");
  }

  @Test
  void builderKeepsWhatIsSet() {
    Category category =
        Category.builder("otp")
            .mandatory()
            .unknownOutcome(UnknownOutcome.PREFER_SILENCE)
            .priority(Priority.HIGH)
            .timeToLive(Duration.ofMinutes(5))
            .build();
    assertThat(category.isMandatory()).isTrue();
    assertThat(category.unknownOutcome()).isEqualTo(UnknownOutcome.PREFER_SILENCE);
    assertThat(category.priority()).isEqualTo(Priority.HIGH);
    assertThat(category.timeToLive()).contains(Duration.ofMinutes(5));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "  ", "a\nb", "a*", "\ud800"})
  void impossibleNamesAreRefused(String name) {
    assertThatThrownBy(() -> Category.of(name))
        .isInstanceOf(NotificationException.class)
        .hasMessageStartingWith("category");
  }

  @Test
  void impossiblePartsAreRefusedByName() {
    assertRefused("category.consent", b -> b.consent(null));
    assertRefused("category.priority", b -> b.priority(null));
    assertRefused("category.unknownOutcome", b -> b.unknownOutcome(null));
    assertRefused("category.timeToLive", b -> b.timeToLive(Duration.ZERO));
    assertRefused("category.timeToLive", b -> b.timeToLive(Duration.ofSeconds(-1)));
  }

  private static void assertRefused(
      String field, java.util.function.Consumer<Category.Builder> option) {
    Category.Builder builder = Category.builder("news");
    assertThatThrownBy(
            () -> {
              option.accept(builder);
              builder.build();
            })
        .isInstanceOf(NotificationException.class)
        .hasMessageStartingWith(field);
  }
}
