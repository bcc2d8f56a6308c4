-- Returns the epoch of a partition; sets it to ARGV[1] if there is none, and then returns that and 1.
local known = redis.call('GET', KEYS[1] .. 'epoch')
if known then
  return {known, 0}
end
redis.call('SET', KEYS[1] .. 'epoch', ARGV[1])
return {ARGV[1], 1}
