package dev.notifykit.spring.boot;

import dev.notifykit.provider.Provider;
import java.util.List;

/** Changes the list of providers before the client gets it; steps run in bean order. */
@FunctionalInterface
interface ProviderStep {
  List<Provider> apply(List<Provider> providers);
}
