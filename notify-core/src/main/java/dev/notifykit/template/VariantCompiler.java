package dev.notifykit.template;

import dev.notifykit.Channel;
import dev.notifykit.TemplateException;
import dev.notifykit.template.ChannelContent.CompiledPart;
import dev.notifykit.template.FragmentCompiler.Compiled;
import dev.notifykit.template.FragmentCompiler.Use;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds and compiles the files of a template for one locale. Confined to one compilation. */
final class VariantCompiler {
  private final String key;
  private final Manifest manifest;
  private final Lookup lookup;

  VariantCompiler(String key, Manifest manifest, Lookup lookup) {
    this.key = key;
    this.manifest = manifest;
    this.lookup = lookup;
  }

  Variant compile() {
    Map<Channel, ChannelContent> contents = new EnumMap<>(Channel.class);
    for (Channel channel : Channel.values()) {
      Map<Part, SourceFile> files = files(channel);
      if (!files.isEmpty()) {
        contents.put(channel, content(channel, files));
      }
    }
    return new Variant(lookup.found(), contents);
  }

  private Map<Part, SourceFile> files(Channel channel) {
    Map<Part, SourceFile> files = new EnumMap<>(Part.class);
    for (Part part : Part.of(channel)) {
      if (!part.isMailBody()) {
        lookup.find(key, part.fileName).ifPresent(file -> files.put(part, file.trimmed()));
      }
    }
    if (channel == Channel.EMAIL) {
      mailBodies(files);
    }
    return files;
  }

  /** Both bodies come from one folder: no reader gets one mail in two languages. */
  private void mailBodies(Map<Part, SourceFile> files) {
    for (String folder : lookup.folders()) {
      for (Part part : List.of(Part.EMAIL_HTML, Part.EMAIL_TEXT)) {
        lookup.find(key, folder, part.fileName).ifPresent(file -> files.put(part, file));
      }
      if (files.containsKey(Part.EMAIL_HTML) || files.containsKey(Part.EMAIL_TEXT)) {
        return;
      }
    }
  }

  private ChannelContent content(Channel channel, Map<Part, SourceFile> files) {
    Map<Part, CompiledPart> parts = new EnumMap<>(Part.class);
    List<Use> uses = new ArrayList<>();
    files.forEach(
        (part, file) -> {
          Compiled compiled =
              new FragmentCompiler(part.syntax, lookup::partial).compile(file, layout(part, files));
          uses.addAll(compiled.uses());
          parts.put(part, new CompiledPart(compiled.template(), label(channel, file)));
        });
    return new ChannelContent(label(channel), channel, parts, required(uses));
  }

  private String label(Channel channel) {
    String locale = lookup.folders().get(0);
    return "template '"
        + key
        + "', channel "
        + channel
        + ", locale "
        + (locale.isEmpty() ? "default" : locale);
  }

  private String label(Channel channel, SourceFile file) {
    return label(channel) + ", " + file.path();
  }

  /** A layout may exist for one of the bodies only; for none of them its name is a mistake. */
  private @Nullable SourceFile layout(Part part, Map<Part, SourceFile> files) {
    String name = manifest.layout();
    if (name == null || !part.isMailBody()) {
      return null;
    }
    SourceFile layout = layout(part, name);
    Part other = part == Part.EMAIL_HTML ? Part.EMAIL_TEXT : Part.EMAIL_HTML;
    if (layout == null && (!files.containsKey(other) || layout(other, name) == null)) {
      throw new TemplateException(label(Channel.EMAIL) + ": there is no layout '" + name + "'");
    }
    return layout;
  }

  private @Nullable SourceFile layout(Part part, String name) {
    String extension = part.fileName.substring(part.fileName.lastIndexOf('.'));
    return lookup.find("layouts", name + extension).orElse(null);
  }

  /** What is declared and what is used, without what may be missing, each once. */
  private List<Parameter> required(List<Use> uses) {
    Map<String, Parameter> required = new LinkedHashMap<>();
    Set<String> declared = manifest.parameters();
    if (declared != null) {
      String origin = "declared in " + key + "/" + Manifest.FILE_NAME;
      declared.forEach(name -> required.put(name, new Parameter(name, origin)));
    }
    for (Use use : uses) {
      if (!Values.isBuiltIn(use.name()) && !manifest.isOptional(use.name())) {
        requireDeclared(use);
        String origin = "used in " + use.place().path() + ", line " + use.place().line();
        required.putIfAbsent(use.name(), new Parameter(use.name(), origin));
      }
    }
    return List.copyOf(required.values());
  }

  private void requireDeclared(Use use) {
    if (!manifest.isDeclared(use.name())) {
      throw use.place()
          .error(
              "uses {{"
                  + use.name()
                  + "}}, which "
                  + Manifest.FILE_NAME
                  + " names neither in parameters nor in optional");
    }
  }
}
