package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.NotificationClient;
import dev.notifykit.message.EmailMessage;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ResourceLoader;
import org.thymeleaf.ITemplateEngine;
import org.thymeleaf.TemplateSpec;
import org.thymeleaf.context.Context;
import org.thymeleaf.templatemode.TemplateMode;

/** The application's own Thymeleaf renders notifications, as the guide shows it. */
@SpringBootTest(
    webEnvironment = WebEnvironment.NONE,
    properties = {
      "spring.thymeleaf.suffix=",
      "notify.store.type=memory",
      "spring.datasource.url=jdbc:h2:mem:thymeleaf;WRITE_DELAY=0"
    })
@Timeout(60)
class ThymeleafTest {
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class App {
    // region renderer
    @Bean
    TemplateRenderer renderer(ITemplateEngine thymeleaf, ResourceLoader files) {
      return new TemplateRenderer() {
        @Override
        public boolean exists(String path) {
          return files.getResource("classpath:templates/" + path).exists();
        }

        @Override
        public String render(String path, Locale locale, Map<String, Object> model) {
          TemplateMode mode = path.endsWith(".html") ? TemplateMode.HTML : TemplateMode.TEXT;
          return thymeleaf.process(new TemplateSpec(path, mode), new Context(locale, model));
        }
      };
    }
    // endregion
  }

  @Autowired private NotificationClient client;

  @Test
  void mailIsRenderedByThymeleaf() {
    EmailMessage mail =
        (EmailMessage)
            client.preview("parcel-sent", Locale.US, Map.of("orderNo", "A&1")).get(Channel.EMAIL);
    assertThat(mail.subject()).isEqualTo("Parcel of A&1");
    assertThat(mail.html()).hasValueSatisfying(html -> assertThat(html).contains("<b>A&amp;1</b>"));
  }

  @Test
  void templatesItLacksAreTheLibrarys() {
    assertThat(client.preview("order-placed", null, Map.of("orderNo", "A-1")))
        .containsKey(Channel.SMS);
  }
}
