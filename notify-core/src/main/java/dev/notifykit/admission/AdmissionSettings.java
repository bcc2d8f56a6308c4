package dev.notifykit.admission;

import dev.notifykit.Channel;
import dev.notifykit.policy.EventIdPolicy;
import dev.notifykit.provider.Provider;
import dev.notifykit.store.TargetKeys;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What admission needs to know of the client.
 *
 * @param dedupeWindow how long a given event id is remembered
 * @param eventIds which event ids are well formed
 * @param channels the channels that have a provider
 * @param providers asked whether they would take content that is given ready
 * @param targetKeys makes the keys of addresses
 * @param context asked on the sending thread for what the delivering one is to know
 */
public record AdmissionSettings(
    Duration dedupeWindow,
    EventIdPolicy eventIds,
    Set<Channel> channels,
    List<Provider> providers,
    TargetKeys targetKeys,
    Supplier<Map<String, String>> context) {}
