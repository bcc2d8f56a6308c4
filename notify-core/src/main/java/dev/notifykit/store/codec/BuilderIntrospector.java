package dev.notifykit.store.codec;

import com.fasterxml.jackson.databind.annotation.JsonPOJOBuilder;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import org.jspecify.annotations.Nullable;

/**
 * Lets Jackson read every type of ours that has a nested {@code Builder} through that builder, so
 * that {@code build()} checks what was read and a new field needs no line here.
 */
final class BuilderIntrospector extends JacksonAnnotationIntrospector {
  private static final long serialVersionUID = 1L;
  private static final String OURS = "dev.notifykit.";

  @Override
  public @Nullable Class<?> findPOJOBuilder(AnnotatedClass type) {
    if (type.getRawType().getName().startsWith(OURS)) {
      for (Class<?> nested : type.getRawType().getDeclaredClasses()) {
        if (nested.getSimpleName().equals("Builder")) {
          return nested;
        }
      }
    }
    return super.findPOJOBuilder(type);
  }

  @Override
  public JsonPOJOBuilder.@Nullable Value findPOJOBuilderConfig(AnnotatedClass type) {
    return type.getRawType().getName().startsWith(OURS)
        ? new JsonPOJOBuilder.Value("build", "")
        : super.findPOJOBuilderConfig(type);
  }
}
