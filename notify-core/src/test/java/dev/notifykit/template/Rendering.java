package dev.notifykit.template;

import dev.notifykit.TemplateException;
import java.util.Map;

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

  private static SourceFile partial(String name, Map<String, String> partials) {
    String text = partials.get(name);
    if (text == null) {
      throw new TemplateException("there is no file partials/" + name);
    }
    return new SourceFile("partials/" + name, text);
  }
}
