package dev.notifykit;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of the house: who may know whom. */
class ArchitectureTest {
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.notifykit");

  private static final String[] LIBRARIES = {
    "com.fasterxml..",
    "io.lettuce..",
    "com.github.benmanes..",
    "io.github.resilience4j..",
    "com.samskivert..",
    "redis.."
  };

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.notifykit.(*)..").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void theClientKnowsNoStoreImplementation() {
    noClasses()
        .that()
        .resideInAPackage("dev.notifykit")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("..store.memory..", "..store.jdbc..", "..store.redis..")
        .check(CORE);
  }

  @Test
  void storesKnowNothingButTheSpi() {
    noClasses()
        .that()
        .resideInAnyPackage("..store..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "..admission..", "..dispatch..", "..engine..", "..template..", "..provider..")
        .check(CORE);
  }

  @Test
  void storesDoNotKnowEachOther() {
    slices()
        .matching("dev.notifykit.store.(*)..")
        .should()
        .notDependOnEachOther()
        .ignoreDependency(
            resideInAnyPackage("dev.notifykit.store.."),
            resideInAnyPackage("dev.notifykit.store.codec.."))
        .check(CORE);
  }

  @Test
  void admissionAndDispatchMeetOnlyInTheStore() {
    noClasses()
        .that()
        .resideInAPackage("..admission..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("..dispatch..")
        .check(CORE);
    noClasses()
        .that()
        .resideInAPackage("..dispatch..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("..admission..")
        .check(CORE);
  }

  @Test
  void publicSignaturesCarryNoLibraryTypes() {
    methods()
        .that()
        .areDeclaredInClassesThat()
        .resideOutsideOfPackages("..admission..", "..dispatch..", "..engine..", "..internal..")
        .should(carryNoLibraryTypes())
        .check(CORE);
  }

  private static ArchCondition<JavaMethod> carryNoLibraryTypes() {
    return new ArchCondition<>("carry no type of a library in a public signature") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        if (isPublic(method)) {
          Stream.concat(
                  Stream.of(method.getRawReturnType()), method.getRawParameterTypes().stream())
              .filter(resideInAnyPackage(LIBRARIES))
              .forEach(
                  type ->
                      events.add(
                          SimpleConditionEvent.violated(
                              method, method.getFullName() + " carries " + type.getName())));
        }
      }
    };
  }

  private static boolean isPublic(JavaMethod method) {
    JavaClass owner = method.getOwner();
    return owner.getModifiers().contains(JavaModifier.PUBLIC)
        && (method.getModifiers().contains(JavaModifier.PUBLIC)
            || method.getModifiers().contains(JavaModifier.PROTECTED));
  }
}
