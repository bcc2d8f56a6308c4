package dev.notifykit.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.message.EmailMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FirstLineTest {
  @Test
  void aPartialAloneOnTheFirstLineLeavesNoBlankLine() {
    assertThat(text("{{> p.txt}}\n\nnext\n", "Hello\n")).isEqualTo("Hello\n\nnext\n");
  }

  @Test
  void anIndentedPartialAloneOnTheFirstLineIndentsItsLines() {
    assertThat(text("  {{> p.txt}}\nnext\n", "a\nb\n")).isEqualTo("  a\n  b\nnext\n");
  }

  @Test
  void aPartialWithinTheFirstLineKeepsTheLineTogether() {
    assertThat(text("{{> p.txt}} there\n", "Hello")).isEqualTo("Hello there\n");
  }

  @Test
  void aFirstLineWithoutTagsStays() {
    assertThat(text("\n one\n", "")).isEqualTo("\n one\n");
    assertThat(text("{{> p.txt}}\n", "")).isEmpty();
  }

  private static String text(String body, String partial) {
    Map<String, String> files = new HashMap<>();
    files.put("mail/email.subject", "subject");
    files.put("mail/email.txt", body);
    files.put("partials/p.txt", partial);
    Templates templates = new Templates(List.of(TemplateSource.of(files)));
    EmailMessage mail =
        (EmailMessage) templates.preview("mail", null, Map.of()).get(Channel.EMAIL);
    return mail.text().orElseThrow();
  }
}
