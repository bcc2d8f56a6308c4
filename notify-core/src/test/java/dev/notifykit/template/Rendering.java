package dev.notifykit.template;

import java.util.Map;
import java.util.Optional;

/** Renders one file without a catalog. */
final class Rendering {
  private Rendering() {}

  static String render(Syntax syntax, String template, Map<String, Object> data) {
    return render(syntax, template, data, Map.of());
  }

  static String render(
      Syntax syntax, String template, Map<String, Object> data, Map<String, String> partials) {
    FragmentCompiler compiler = new FragmentCompiler(syntax, name -> partial(name, partials));
    FragmentCompiler.Compiled part = compiler.compile(new SourceFile("test", template), null);
    return Output.render(part.template(), new Values(data, "user-1", "Ann", Links.NONE), "test");
  }

  private static Optional<SourceFile> partial(String name, Map<String, String> partials) {
    return Optional.ofNullable(partials.get(name))
        .map(text -> new SourceFile("partials/" + name, text));
  }
}
