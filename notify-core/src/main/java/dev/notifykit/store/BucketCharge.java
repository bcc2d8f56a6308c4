package dev.notifykit.store;

import dev.notifykit.policy.OnLimit;
import dev.notifykit.policy.TokenBucket;

/**
 * One token to take from one bucket.
 *
 * @param key identifies the bucket
 * @param bucket its size and speed
 * @param onLimit what to do when it is empty
 */
public record BucketCharge(String key, TokenBucket bucket, OnLimit onLimit) {}
