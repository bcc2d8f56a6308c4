-- Returns the epoch of a partition; sets it to ARGV[1] if there is none, and then returns that and 1.
local key = KEYS[1] .. 'p'
local is_first = redis.call('HSETNX', key, 'epoch', ARGV[1])
return {redis.call('HGET', key, 'epoch'), is_first}
