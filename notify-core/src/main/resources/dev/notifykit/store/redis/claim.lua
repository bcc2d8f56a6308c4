-- Claims due deliveries of one route, the highest priority first, then the longest due. ARGV: epoch,
-- route, how many, lease in microseconds. Returns how many, then id, row and address of each (empty where
-- it is with the content), then id and content of each notification.
local route, left, deadline = ARGV[2], tonumber(ARGV[3]), now + ARGV[4]
local ids = {}
for priority = 0, PRIORITIES - 1 do
  if left > 0 then
    local key = queue(route, priority)
    local due = call('ZRANGEBYSCORE', key, '-inf', now, 'LIMIT', 0, left)
    if #due > 0 then
      call('ZREMRANGEBYRANK', key, 0, #due - 1)
      left = left - #due
      for i = 1, #due do
        ids[#ids + 1] = due[i]
      end
    end
  end
end

local rows = fetch(ROWS, ids)
local deadline_score = score(deadline)
local addressed, places = {}, {}
local out, written, held, expiring, nids, seen = {0}, {}, {}, {}, {}, {}
for i = 1, #ids do
  local id, row = ids[i], rows[i]
  if not row or #row < 73 or #row < 72 + sunpack('<H', row, 66) then
    quarantine(id)
  else
    local flags = byte(row, 4)
    local attempts, token, _, due = sunpack('<I4I4I4d', row, 6)
    row = string.char(CLAIMED) .. sub(row, 2, 5)
      .. spack('<I4I4I4ddd', attempts + 1, token + 1, 0, due, deadline, now) .. sub(row, 42)
    local n = #written
    written[n + 1], written[n + 2] = id, row
    held[n + 1], held[n + 2] = deadline_score, id
    out[#out + 1] = id
    out[#out + 1] = row
    out[#out + 1] = ''
    if band(flags, SOLO) == 0 then
      addressed[#addressed + 1] = id
      places[#places + 1] = #out
    end
    if band(flags, EXPIRES) ~= 0 then
      expiring[#expiring + 1] = id
    end
    local nid = sub(row, 50, 65)
    if not seen[nid] then
      seen[nid] = true
      nids[#nids + 1] = nid
    end
  end
end
many('HSET', ROWS, written)
many('ZADD', leases(route), held)
many('ZREM', EXPIRING, expiring)

local addresses = fetch(ADDRESSES, addressed)
for i = 1, #places do
  out[places[i]] = addresses[i] or ''
end

out[1] = #written / 2
local contents = fetch(NOTIFICATIONS, nids)
for i = 1, #nids do
  out[#out + 1] = nids[i]
  out[#out + 1] = contents[i] or ''
end
return out
