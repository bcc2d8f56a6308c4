-- Deletes what settled long ago. ARGV: epoch, age in microseconds, at least how many if there are.
-- Returns how many, and 1 if there may be more.
local cutoff, most = now - ARGV[2], tonumber(ARGV[3])
local gone, members, provider_ids = 0, {}, {}

-- A row that was replayed, or moved by a receipt, is noted once more, later in the list.
local function is_old(row)
  return row and not is_waiting(byte(row, 1)) and byte(row, 1) ~= CLAIMED and byte(row, 1) ~= UNKNOWN
    and band(byte(row, 4), LISTED) == 0 and sunpack('<d', row, 34) <= cutoff
end

local function purge(id, row)
  local r = parse(row)
  gone = gone + 1
  call('ZREM', of_recipient(r.fixed), id)
  if band(r.flags, ATTEMPTS) ~= 0 then
    call('UNLINK', B .. 't:' .. id)
  end
  if r.provider ~= NULL and r.message ~= NULL then
    provider_ids[#provider_ids + 1] = provider_id(r.provider, r.message)
  end
  if band(r.flags, SOLO) ~= 0 then
    members[#members + 1] = r.nid
  elseif call('HINCRBY', COUNTS, r.nid .. 'r', -1) <= 0 then
    call('HDEL', COUNTS, r.nid .. 'r')
    members[#members + 1] = r.nid
  end
end

local more = 0
while true do
  local first = call('LINDEX', SETTLED, 0)
  if not first or sunpack('<d', first) > cutoff then
    break
  end
  if gone >= most then
    more = 1
    break
  end
  call('LPOP', SETTLED)
  local ids, seen, old = {}, {}, {}
  for at = 9, #first, 16 do
    local id = sub(first, at, at + 15)
    if not seen[id] then
      seen[id] = true
      ids[#ids + 1] = id
    end
  end
  local rows = fetch(ROWS, ids)
  for i = 1, #ids do
    if is_old(rows[i]) then
      old[#old + 1] = ids[i]
      purge(ids[i], rows[i])
    end
  end
  many('HDEL', ROWS, old)
end
many('HDEL', MEMBERS, members)
many('HDEL', PROVIDER_IDS, provider_ids)
return {gone, more}
