package dev.notifykit.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.notifykit.Channel;
import dev.notifykit.ConfigurationException;
import dev.notifykit.TemplateException;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.store.TemplateStore;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

@Timeout(30)
class TemplateSourceTest {
  @TempDir Path folder;

  private static String sms(Templates templates, @Nullable Locale locale) {
    RenderRequest request =
        new RenderRequest(Map.of(), locale, new UUID(0, 1), "", "u", null, "c", List.of());
    return ((SmsMessage) templates.get("t").render(Channel.SMS, request)).text();
  }

  // Class path

  @Test
  void theClassPathIsRead() {
    TemplateSource source = TemplateSource.classpath("notifications");
    assertThat(source.read("order-shipped/sms.txt")).isPresent();
    assertThat(source.read("order-shipped/none.txt")).isEmpty();
    assertThat(source.refreshInterval()).isEmpty();
  }

  @Test
  void aJarOfTheContextClassLoaderIsRead() throws IOException {
    Path jar = folder.resolve("templates.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("mails/t/sms.txt"));
      out.write("안녕".getBytes(StandardCharsets.UTF_8));
    }
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, before)) {
      Thread.currentThread().setContextClassLoader(loader);
      assertThat(TemplateSource.classpath("mails").read("t/sms.txt")).hasValue("안녕");
      Thread.currentThread().setContextClassLoader(null);
      assertThat(TemplateSource.classpath("notifications").read("order-shipped/sms.txt"))
          .isPresent();
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  @Test
  void aFolderThatIsNotFoundIsWarnedOf() {
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(ClasspathSource.class);
    logged.start();
    logger.addAppender(logged);
    try {
      TemplateSource.classpath("notifications");
      TemplateSource.classpath("notifications/order-shipped");
      TemplateSource.classpath("nowhere");
    } finally {
      logger.detachAppender(logged);
    }
    assertThat(logged.list)
        .extracting(line -> line.getLevel() + " " + line.getFormattedMessage())
        .containsExactly("WARN templates: no folder 'nowhere' is found on the class path");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/notifications", "../x", "a/../b", "a//b", "a\\b", "http://x"})
  void aMalformedFolderIsRefused(String path) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> TemplateSource.classpath(path));
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> TemplateSource.of(Map.of(path, "x")));
  }

  // Directory

  @Test
  void aDirectoryIsReadAndReadAgain() throws IOException {
    Files.createDirectories(folder.resolve("t/sms.txt/x"));
    TemplateSource source = TemplateSource.directory(folder);
    assertThat(source.read("t/email.txt")).isEmpty();
    assertThat(source.read("t/sms.txt")).isEmpty();
    Files.writeString(folder.resolve("t/email.txt"), "é");
    assertThat(source.read("t/email.txt")).hasValue("é");
    assertThat(source.refreshInterval()).hasValue(Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../secret", "t/../../secret", "/etc/passwd", "t/./x", "t\\x", "t\u0000"})
  void aPathOutOfTheDirectoryIsRefused(String path) throws IOException {
    Path root = Files.createDirectories(folder.resolve("root/t")).getParent();
    Files.writeString(folder.resolve("secret"), "secret");
    TemplateSource source = TemplateSource.directory(root);
    assertThatExceptionOfType(TemplateException.class).isThrownBy(() -> source.read(path));
  }

  @Test
  void aLinkOutOfTheDirectoryIsRefusedAndOneInsideIsFollowed() throws IOException {
    Path root = Files.createDirectories(folder.resolve("root"));
    Files.writeString(folder.resolve("secret"), "secret");
    Files.writeString(root.resolve("inside"), "inside");
    Files.createSymbolicLink(root.resolve("out"), folder.resolve("secret"));
    Files.createSymbolicLink(root.resolve("up"), folder);
    Files.createSymbolicLink(root.resolve("in"), root.resolve("inside"));
    TemplateSource source = TemplateSource.directory(root);
    assertThat(source.read("in")).hasValue("inside");
    for (String path : List.of("out", "up/secret")) {
      assertThatExceptionOfType(TemplateException.class)
          .isThrownBy(() -> source.read(path))
          .withMessageContaining("leads out");
    }
  }

  @Test
  void aMissingDirectoryIsRefused() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> TemplateSource.directory(folder.resolve("none")));
  }

  @Test
  void aFileThatIsTooLargeOrNotUtf8IsRefused() throws IOException {
    TemplateSource source = TemplateSource.directory(folder);
    Files.write(folder.resolve("large"), new byte[TemplateSource.MAX_FILE_BYTES + 1]);
    Files.write(folder.resolve("latin1"), new byte[] {'a', (byte) 0xE9});
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> source.read("large"))
        .withMessageContaining("262144");
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> source.read("latin1"))
        .withMessageContaining("UTF-8");
  }

  // Store and refresh

  private static final class Versions implements TemplateStore {
    private final Map<String, List<String>> texts = new HashMap<>();
    private final Map<String, Integer> active = new HashMap<>();

    @Override
    public int publish(String path, String text) {
      List<String> versions = texts.computeIfAbsent(path, p -> new ArrayList<>());
      versions.add(text);
      active.put(path, versions.size());
      return versions.size();
    }

    @Override
    public boolean activate(String path, int version) {
      boolean exists = versions(path).contains(version);
      if (exists) {
        active.put(path, version);
      }
      return exists;
    }

    @Override
    public Optional<String> read(String path) {
      return Optional.ofNullable(active.get(path)).map(v -> texts.get(path).get(v - 1));
    }

    @Override
    public List<Integer> versions(String path) {
      int count = texts.getOrDefault(path, List.of()).size();
      return IntStream.rangeClosed(1, count).boxed().toList();
    }
  }

  private long nanos;

  private Templates refreshed(TemplateSource source) {
    return new Templates(List.of(source), List.of(), () -> nanos, Runnable::run);
  }

  /** The first look-up after the interval starts the refresh; the second gets its result. */
  private String afterRefresh(Templates templates, Duration time, @Nullable Locale locale) {
    nanos += time.toNanos();
    templates.get("t");
    return sms(templates, locale);
  }

  @Test
  void aNewVersionIsInUseAfterTheInterval() {
    Versions store = new Versions();
    store.publish("t/sms.txt", "one");
    Templates templates = refreshed(TemplateSource.store(store));
    assertThat(sms(templates, null)).isEqualTo("one");
    store.publish("t/sms.txt", "two");
    assertThat(afterRefresh(templates, Duration.ofSeconds(29), null)).isEqualTo("one");
    assertThat(afterRefresh(templates, Duration.ofSeconds(2), null)).isEqualTo("two");
    store.activate("t/sms.txt", 1);
    assertThat(afterRefresh(templates, Duration.ofSeconds(31), null)).isEqualTo("one");
  }

  @Test
  void anUnknownTemplateIsToldWithWhereItWasLookedFor(@TempDir Path directory) {
    Templates templates =
        new Templates(
            List.of(
                TemplateSource.store(new Versions()),
                TemplateSource.directory(directory),
                TemplateSource.classpath("notifications"),
                TemplateSource.of(Map.of("t/sms.txt", "text"))));
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> templates.get("order-shiped"))
        .withMessage(
            "no template 'order-shiped' in [the store, directory:%s, classpath:notifications,"
                + " a map of 1 files]",
            directory.getFileName());
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> new Templates(List.of()).get("order-shipped"))
        .withMessageContaining("the client has no templates");
  }

  @Test
  void aVersionThatDoesNotCompileIsNotUsed() {
    Versions store = new Versions();
    store.publish("t/sms.txt", "one");
    store.publish("t/ko/sms.txt", "하나");
    Templates templates = refreshed(TemplateSource.store(store));
    assertThat(sms(templates, Locale.KOREAN)).isEqualTo("하나");
    store.publish("t/sms.txt", "two");
    store.publish("t/ko/sms.txt", "{{둘");
    assertThat(afterRefresh(templates, Duration.ofMinutes(1), Locale.KOREAN)).isEqualTo("하나");
    assertThat(sms(templates, null)).isEqualTo("one");
    store.activate("t/ko/sms.txt", 1);
    assertThat(afterRefresh(templates, Duration.ofMinutes(1), null)).isEqualTo("two");
  }

  @Test
  void theIntervalIsAChoice() {
    Versions store = new Versions();
    store.publish("t/sms.txt", "one");
    Templates templates =
        refreshed(TemplateSource.store(store).refreshedEvery(Duration.ofSeconds(1)));
    assertThat(sms(templates, null)).isEqualTo("one");
    store.publish("t/sms.txt", "two");
    assertThat(afterRefresh(templates, Duration.ofSeconds(2), null)).isEqualTo("two");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> TemplateSource.store(store).refreshedEvery(Duration.ZERO));
  }

  @Test
  void aSourceThatNeverChangesIsReadOnce() {
    List<String> reads = new ArrayList<>();
    TemplateSource source =
        path -> {
          reads.add(path);
          return path.equals("t/sms.txt") ? Optional.of("x") : Optional.empty();
        };
    Templates templates = refreshed(source);
    sms(templates, Locale.KOREAN);
    int count = reads.size();
    assertThat(afterRefresh(templates, Duration.ofDays(1), Locale.KOREAN)).isEqualTo("x");
    assertThat(reads).hasSize(count);
  }
}
