-- A recipient's profile with the ids of their devices, each with its place. KEYS: the profile. ARGV: what
-- to do, and with what. Returns the ids of devices that were listed before, or, to add one, 1 if there is
-- a profile.
local key, action = KEYS[1], ARGV[1]
if action == 'add' then
  if redis.call('HEXISTS', key, 'p') == 0 then
    return {}
  end
  if redis.call('HEXISTS', key, 'd' .. ARGV[2]) == 0 then
    redis.call('HSET', key, 'd' .. ARGV[2], redis.call('HINCRBY', key, 'n', 1))
  end
  return {1}
end
local before = {}
local fields = redis.call('HKEYS', key)
for i = 1, #fields do
  if string.sub(fields[i], 1, 1) == 'd' then
    before[#before + 1] = string.sub(fields[i], 2)
  end
end
redis.call('DEL', key)
if action == 'save' then
  redis.call('HSET', key, 'p', ARGV[2], 'n', #ARGV - 2)
  for i = 3, #ARGV do
    redis.call('HSET', key, 'd' .. ARGV[i], i - 2)
  end
end
return before
