-- Adds a version of a template and makes it the active one. ARGV: the text. Returns the version.
local version = redis.call('HINCRBY', KEYS[1], 'last', 1)
redis.call('HSET', KEYS[1], version, ARGV[1], 'active', version)
return version
