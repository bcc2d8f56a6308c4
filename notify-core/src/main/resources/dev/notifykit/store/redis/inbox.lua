-- A recipient's inbox. KEYS: ids in order, entries, times of reading. ARGV: what to do, or nothing to count
-- what is unread, and with what.
-- An entry that is added is published, for whoever has the inbox open: its id, the time of reading after its
-- length, the entry.
-- An id stays when its entry is removed, so that a repeated delivery does not bring it back.
local ids, entries, read = KEYS[1], KEYS[2], KEYS[3]
local action, id = ARGV[1], ARGV[2]
if action == 'add' then
  if redis.call('ZADD', ids, 'NX', 0, id) == 0 then
    return 0
  end
  redis.call('HSET', entries, id, ARGV[3])
  if ARGV[4] ~= '' then
    redis.call('HSET', read, id, ARGV[4])
  end
  if redis.call('ZCARD', ids) > tonumber(ARGV[5]) then
    local oldest = redis.call('ZPOPMIN', ids)[1]
    redis.call('HDEL', entries, oldest)
    redis.call('HDEL', read, oldest)
  end
  redis.pcall('PUBLISH', ARGV[6], id .. struct.pack('<H', #ARGV[4]) .. ARGV[4] .. ARGV[3])
  return 1
elseif action == 'read' then
  if redis.call('HEXISTS', entries, id) == 0 then
    return 0
  end
  local time = redis.call('TIME')
  return redis.call('HSETNX', read, id, string.format('%.0f', time[1] * 1000000 + time[2]))
elseif action == 'remove' then
  redis.call('HDEL', read, id)
  return redis.call('HDEL', entries, id)
end
return redis.call('HLEN', entries) - redis.call('HLEN', read)
