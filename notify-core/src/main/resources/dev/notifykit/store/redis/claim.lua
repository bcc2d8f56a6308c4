-- Claims due deliveries of one route, the highest priority first, then the longest due. ARGV: epoch,
-- route, how many, lease in microseconds. Returns how many, then id, row and address of each (empty where
-- it is with the content), then id and content of each notification. What is claimed for the first time
-- becomes a lot.
local route, left, lease = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local deadline = now + lease
local BYTES_A_LOT = 1048576 -- what leaves a lot has the contents of all of it read
local UNTOUCHED = string.rep('\0', 17) -- recoveries, attempts, token and nonce of a new row
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

local found = fetch(DATA, ids)
local claimed, rows, expiring, addressed, nids, names, seen = {}, {}, {}, {}, {}, {}, {}
for i = 1, #ids do
  local id, row = ids[i], found[i]
  if not row or #row < 93 or #row < 92 + sunpack('<H', row, 70) then
    quarantine(id)
  else
    claimed[#claimed + 1], rows[id] = id, row
    local flags, nid = byte(row, 4), sub(row, 54, 69)
    if band(flags, EXPIRES) ~= 0 then
      expiring[#expiring + 1] = id
    end
    if band(flags, SOLO) == 0 then
      addressed[#addressed + 1] = id
    end
    if not seen[nid] then
      seen[nid] = true
      nids[#nids + 1] = nid
      names[#names + 1] = nid .. CONTENT
    end
  end
end
many('ZREM', EXPIRING, expiring)

local addresses, contents = {}, {}
local texts = fetch(ADDRESSES, addressed)
for i = 1, #addressed do
  addresses[addressed[i]] = texts[i] or nil
end
texts = fetch(DATA, names)
for i = 1, #nids do
  contents[nids[i]] = texts[i] or nil
end

local out, written, held = {#claimed}, {}, {}

local function claim(id, row, token)
  local attempts, _, _, due = sunpack('<I4dI4d', row, 6)
  row = string.char(CLAIMED) .. sub(row, 2, 5)
    .. spack('<I4dI4ddd', attempts + 1, token, 0, due, deadline, now) .. sub(row, 46)
  out[#out + 1] = id
  out[#out + 1] = row
  out[#out + 1] = addresses[id] or ''
  return row
end

-- What is in no state but new, and whole, so that it may be in a lot.
local function is_fresh(id, row)
  local is_solo = band(byte(row, 4), SOLO) ~= 0
  return sub(row, 5, 21) == UNTOUCHED and band(byte(row, 4), ASTRAY) == 0
    and contents[sub(row, 54, 69)] and (is_solo or addresses[id])
end

local function claim_as_lot(fresh)
  local befores, entries, parts, moved, solo, holds, is_shared = {}, {}, {}, {}, {}, {}, 0
  for i = 1, #fresh do
    local id = fresh[i]
    local row = rows[id]
    local nid, text = sub(row, 54, 69), addresses[id]
    if not text then
      text = contents[nid]
      solo[#solo + 1] = nid .. CONTENT
    else
      is_shared = 1
      moved[#moved + 1] = id
      holds[nid] = (holds[nid] or 0) + 1
    end
    befores[i] = sub(row, -16)
    entries[i] = sub(row, 2, 4) .. sub(row, 46, 71 + sunpack('<H', row, 70))
    parts[i] = spack('<I4', #text) .. text
  end
  local number = write_lot(lease, is_shared, #fresh, table.concat(fresh), table.concat(befores),
    table.concat(entries), table.concat(parts), {[route] = #fresh})
  for i = 1, #fresh do
    claim(fresh[i], rows[fresh[i]], number * MOST_IN_A_LOT + i - 1)
    written[#written + 1] = fresh[i]
    written[#written + 1] = reference(number, i - 1)
  end
  many('HDEL', DATA, solo)
  many('HDEL', ADDRESSES, moved)
  for nid, count in pairs(holds) do
    call('HINCRBY', COUNTS, nid, 1 - count)
  end
end

local fresh, bytes = {}, 0
local deadline_score = score(deadline)
for i = 1, #claimed do
  local id = claimed[i]
  local row = rows[id]
  if is_fresh(id, row) then
    fresh[#fresh + 1] = id
    bytes = bytes + #(addresses[id] or contents[sub(row, 54, 69)])
    if #fresh == MOST_IN_A_LOT or bytes >= BYTES_A_LOT then
      claim_as_lot(fresh)
      fresh, bytes = {}, 0
    end
  else
    written[#written + 1] = id
    written[#written + 1] = claim(id, row, sunpack('<d', row, 10) + 1)
    held[#held + 1] = deadline_score
    held[#held + 1] = id
  end
end
if #fresh > 0 then
  claim_as_lot(fresh)
end
many('HSET', DATA, written)
many('ZADD', leases(route), held)
for i = 1, #nids do
  out[#out + 1] = nids[i]
  out[#out + 1] = contents[nids[i]] or ''
end
return out
