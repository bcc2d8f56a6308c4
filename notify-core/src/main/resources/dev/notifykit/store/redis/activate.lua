-- Makes an older version of a template active. ARGV: the version. Returns 1 if it exists.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  return 0
end
redis.call('HSET', KEYS[1], 'active', ARGV[1])
return 1
