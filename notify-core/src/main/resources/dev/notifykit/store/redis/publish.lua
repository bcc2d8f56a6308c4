-- Adds a version of a template and makes it the active one. ARGV: the text; a nonce of this call, so that
-- repeating it after a lost connection adds nothing. Returns the version.
if redis.call('HGET', KEYS[1], 'nonce') == ARGV[2] then
  return tonumber(redis.call('HGET', KEYS[1], 'last'))
end
local version = redis.call('HINCRBY', KEYS[1], 'last', 1)
redis.call('HSET', KEYS[1], version, ARGV[1], 'active', version, 'nonce', ARGV[2])
return version
