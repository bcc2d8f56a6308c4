-- Tells when a route's first deliveries are due. ARGV: epoch, route, how many. Returns the time, then for
-- each priority how many follow, and when each is due.
local out = {now}
for priority = 0, PRIORITIES - 1 do
  local first = call('ZRANGE', queue(ARGV[2], priority), 0, ARGV[3] - 1, 'WITHSCORES')
  out[#out + 1] = #first / 2
  for i = 2, #first, 2 do
    out[#out + 1] = tonumber(first[i])
  end
end
return out
