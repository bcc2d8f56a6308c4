package dev.notifykit.example.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the documents to the sources, which are compiled and tested: every sample in Java has
 * {@code <!-- snippet: path/Source.java#name -->} above it, and is what stands between {@code //
 * region name} and {@code // endregion} in that file. The path starts at the repository's root. Run
 * with {@code -Dsnippets.write=true} to write the samples into the documents.
 */
class SnippetsTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();
  private static final Pattern SNIPPET =
      Pattern.compile("<!-- snippet: (\\S+)#(\\S+) -->\n```java\n(.*?)```\n", Pattern.DOTALL);
  private static final Pattern JAVA =
      Pattern.compile("^[ >]*```+ *java\\b.*\\R(.*)", Pattern.MULTILINE);
  private static final Pattern LINK = Pattern.compile("\\]\\((?![a-z]+:|#)([^)#\\s]+)[^)]*\\)");

  static Stream<Path> documents() throws IOException {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      return Stream.concat(
          Stream.of(ROOT.resolve("README.md")),
          docs.filter(path -> path.toString().endsWith(".md")).sorted().toList().stream());
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void aDocumentShowsTheSourceAsItIs(Path document) throws IOException {
    String text = Files.readString(document);
    String fresh = SNIPPET.matcher(text).replaceAll(SnippetsTest::block);
    if (Boolean.getBoolean("snippets.write")) {
      Files.writeString(document, fresh);
    } else {
      assertThat(text).isEqualTo(fresh);
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void whatADocumentLinksToIsThere(Path document) throws IOException {
    assertThat(LINK.matcher(Files.readString(document)).results())
        .map(link -> document.resolveSibling(link.group(1)))
        .allSatisfy(target -> assertThat(target).exists());
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everySampleIsFromASource(Path document) throws IOException {
    String others = SNIPPET.matcher(Files.readString(document)).replaceAll("");
    List<String> loose = JAVA.matcher(others).results().map(sample -> sample.group(1)).toList();
    assertThat(loose).as("without <!-- snippet: path/Source.java#name --> above").isEmpty();
  }

  private static String block(MatchResult snippet) {
    String code = region(ROOT.resolve(snippet.group(1)), snippet.group(2));
    return "<!-- snippet: %s#%s -->\n```java\n%s```\n"
        .formatted(snippet.group(1), snippet.group(2), code)
        .replace("$", "\\$");
  }

  private static String region(Path source, String name) {
    try {
      List<String> lines = Files.readAllLines(source);
      int start = indexOf(lines, "// region " + name, 0);
      int end = indexOf(lines, "// endregion", start);
      return String.join("\n", lines.subList(start + 1, end)).stripIndent() + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int indexOf(List<String> lines, String marker, int from) {
    for (int i = from; i < lines.size(); i++) {
      if (lines.get(i).strip().equals(marker)) {
        return i;
      }
    }
    throw new AssertionError("there is no line " + marker);
  }
}
