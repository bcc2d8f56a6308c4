-- Disables a device unless it was registered after a time. KEYS: the device, the mark. ARGV: the time,
-- or empty for now. Returns 1 if it was enabled before.
local device = redis.call('HMGET', KEYS[1], 'r', 'x')
if not device[1] or device[2] then
  return 0
end
local since = ARGV[1]
if since == '' then
  local time = redis.call('TIME')
  since = string.format('%.0f', time[1] * 1000000 + time[2])
end
if tonumber(device[1]) > tonumber(since) then
  return 0
end
redis.call('HSET', KEYS[1], 'x', since)
redis.call('SET', KEYS[2], '1')
return 1
