-- Tells how full the queues are. ARGV: epoch. Returns for each route how many are due, how many wait
-- longer, how many are held, and the microseconds that the longest-waiting has been due.
local out = {}
for route = 0, ROUTES - 1 do
  local ready, all, oldest = 0, 0, now
  for priority = 0, PRIORITIES - 1 do
    local key = queue(route, priority)
    ready = ready + call('ZCOUNT', key, '-inf', now)
    all = all + call('ZCARD', key)
    local first = call('ZRANGE', key, 0, 0, 'WITHSCORES')
    if first[2] then
      oldest = math.min(oldest, tonumber(first[2]))
    end
  end
  out[#out + 1] = ready
  out[#out + 1] = all - ready
  out[#out + 1] = call('ZCARD', leases(route)) + (call('HGET', B .. 'f', route) or 0)
  out[#out + 1] = now - oldest
end
return out
