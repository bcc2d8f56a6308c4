-- Deletes what settled long ago. ARGV: epoch, age in microseconds, at least how many if there are.
-- Returns how many, and 1 if there may be more.
local cutoff, most = now - ARGV[2], tonumber(ARGV[3])
local gone, members, provider_ids, dropped = 0, {}, {}, {}

-- A row that was replayed, or moved by a receipt, is noted once more, later in the list.
local function is_old(row)
  return row and not is_reference(row) and not is_waiting(byte(row, 1)) and byte(row, 1) ~= CLAIMED
    and byte(row, 1) ~= UNKNOWN and band(byte(row, 4), LISTED) == 0 and sunpack('<d', row, 38) <= cutoff
end

local function purge(id, row)
  local r = parse(row)
  dropped[#dropped + 1] = {id = id, person = person_of(r.fixed), before = r.before, flags = r.flags}
  if band(r.flags, ATTEMPTS) ~= 0 then
    call('UNLINK', B .. 't:' .. id)
  end
  if r.provider ~= NULL and r.message ~= NULL then
    provider_ids[#provider_ids + 1] = provider_id(r.provider, r.message)
  end
  if band(r.flags, SOLO) ~= 0 then
    if r.nid ~= id then
      members[#members + 1] = r.nid
    end
  elseif call('HINCRBY', COUNTS, r.nid .. 'r', -1) <= 0 then
    call('HDEL', COUNTS, r.nid .. 'r')
    members[#members + 1] = r.nid
  end
end

-- Puts what comes before a delivery that goes into its recipient's set of those found no other way. What was
-- put there before ends the walk: what comes before that is there, too.
local function keep_findable(person, id)
  while id ~= NOBODY do
    local ref = call('HGET', DATA, id)
    local row = row_of(ref)
    if not row or band(byte(row, 4), ASTRAY) ~= 0 then
      return
    end
    if is_reference(ref) then
      take_out_as(id, ref, row)
    end
    call('ZADD', astray(person), 0, id)
    call('HSET', DATA, id, sub(row, 1, 3) .. string.char(bor(byte(row, 4), ASTRAY)) .. sub(row, 5))
    id = sub(row, -16)
  end
end

-- Deletes the rows, and what finds them by recipient.
local function drop_rows()
  local ids, people, befores = {}, {}, {}
  for i = 1, #dropped do
    ids[i], people[i], befores[i] = dropped[i].id, LATEST .. dropped[i].person, dropped[i].before
  end
  many('HDEL', DATA, ids)
  local latest, there, ended = fetch(PEOPLE, people), fetch(DATA, befores), {}
  for i = 1, #dropped do
    local d = dropped[i]
    if there[i] then
      keep_findable(d.person, d.before)
    end
    if band(d.flags, ASTRAY) ~= 0 then
      call('ZREM', astray(d.person), d.id)
    end
    if latest[i] == d.id then
      ended[#ended + 1] = people[i]
    end
  end
  many('HDEL', PEOPLE, ended)
  gone = gone + #dropped
  dropped = {}
end

local function purge_lot(ref)
  local lot = lot_of(ref .. '\0\0')
  for place = 0, (lot and lot.size or 0) - 1 do
    if lot.states[place] == ACCEPTED then
      purge(id_at(lot, place), row_at(lot, place))
    end
  end
  drop_rows()
  call('UNLINK', B .. 'b' .. lot_name((sunpack('<d', ref, 2))))
end

local function purge_rows(joined)
  local ids, seen = {}, {}
  for at = 1, #joined, 16 do
    local id = sub(joined, at, at + 15)
    if not seen[id] then
      seen[id] = true
      ids[#ids + 1] = id
    end
  end
  local rows = fetch(DATA, ids)
  for i = 1, #ids do
    if is_old(rows[i]) then
      purge(ids[i], rows[i])
    end
  end
  drop_rows()
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
  local settled = sub(first, 9)
  if #settled == 9 then
    purge_lot(settled)
  else
    purge_rows(settled)
  end
end
many('HDEL', MEMBERS, members)
many('HDEL', PROVIDER_IDS, provider_ids)
return {gone, more}
