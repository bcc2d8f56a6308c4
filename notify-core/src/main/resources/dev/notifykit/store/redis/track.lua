-- Records a tracking event of a delivery. ARGV: its id, JSON, milliseconds to keep. Returns 1 if it is new.
if redis.call('HLEN', KEYS[1]) >= 1000 then
  return redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 and 0 or -1
end
local added = redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return added
