package dev.notifykit.engine;

import dev.notifykit.Scheduler;
import dev.notifykit.dispatch.DispatchSettings;
import dev.notifykit.event.NotificationListener;
import dev.notifykit.policy.DeliveryPolicy;
import dev.notifykit.policy.EventIdPolicy;
import dev.notifykit.provider.Provider;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.template.Templates;
import dev.notifykit.tracking.AddressBook;
import dev.notifykit.tracking.MessageLinks;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything a client was built with, checked and complete but for what has a default.
 *
 * @param store the store, or null for one in memory
 * @param clock the clock of the store in memory
 * @param scheduler runs timed work, or null for real time
 * @param providers in routing order
 * @param templates the templates
 * @param links what is done to links
 * @param policy the policies
 * @param dedupeWindow how long event ids are remembered
 * @param eventIds which event ids are well formed
 * @param dispatch settings of the dispatcher
 * @param hashKeys the secret that addresses are hashed with and earlier ones; empty for the store's
 * @param listeners told what happens
 * @param addressBook whose an address is
 * @param context asked on the sending thread for what the delivering one is to know
 * @param threads makes the threads that claim and settle
 * @param purgeAfter how long the log is kept, or null for ever
 * @param startsPaused whether every route waits to be resumed
 */
public record EngineConfig(
    @Nullable NotificationStore store,
    InstantSource clock,
    @Nullable Scheduler scheduler,
    List<Provider> providers,
    Templates templates,
    MessageLinks links,
    DeliveryPolicy policy,
    Duration dedupeWindow,
    EventIdPolicy eventIds,
    DispatchSettings dispatch,
    List<byte[]> hashKeys,
    List<NotificationListener> listeners,
    AddressBook addressBook,
    Supplier<Map<String, String>> context,
    ThreadFactory threads,
    @Nullable Duration purgeAfter,
    boolean startsPaused) {}
