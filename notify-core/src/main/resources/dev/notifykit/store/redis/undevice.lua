-- Removes a device from its owner. KEYS: the device, the mark. ARGV: the owner. Returns 1 if it was theirs.
if redis.call('HGET', KEYS[1], 'o') ~= ARGV[1] then
  return 0
end
redis.call('DEL', KEYS[1], KEYS[2])
return 1
