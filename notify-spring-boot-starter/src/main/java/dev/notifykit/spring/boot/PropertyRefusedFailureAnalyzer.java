package dev.notifykit.spring.boot;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells, in place of a stack trace, which property to set. */
final class PropertyRefusedFailureAnalyzer
    extends AbstractFailureAnalyzer<PropertyRefusedException> {
  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, PropertyRefusedException cause) {
    String names = String.join(" and ", cause.properties());
    return new FailureAnalysis(
        "NotifyKit cannot be set up from the property " + names + ": " + cause.reason() + ".",
        "Set or correct " + names + ".",
        cause);
  }
}
