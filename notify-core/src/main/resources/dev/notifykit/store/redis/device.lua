-- Saves a device and makes a recipient its owner. KEYS: the device, the mark of a disabled one. ARGV:
-- owner, JSON, time of registration, of last use, of disabling, each empty for none, and whether a device
-- that works keeps its time of registration.
local old = redis.call('HMGET', KEYS[1], 'r', 'x')
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2])
local registered, seen, disabled = ARGV[3], ARGV[4], ARGV[5]
if registered == '' then
  registered = ARGV[6] == '1' and old[1] and not old[2] and old[1] or now
end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[1], 'o', ARGV[1], 'j', ARGV[2], 'r', registered, 'l', seen == '' and now or seen)
if disabled ~= '' then
  redis.call('HSET', KEYS[1], 'x', disabled)
  redis.call('SET', KEYS[2], '1')
end
return 0
