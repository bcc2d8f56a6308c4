-- Takes back lapsed claims and closes what waited in vain. ARGV: epoch, how many lapses a delivery
-- survives, microseconds to wait for a receipt, at most how many changes. Returns id, state before and
-- row of each change. Forgets event ids whose window has passed, too.
write_in_full_memory()
forget(1000)
local most, reconcile, left = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local out = {}

local function changed(id, before, r)
  out[#out + 1] = id
  out[#out + 1] = before
  out[#out + 1] = save(id, r)
  left = left - 1
end

-- Takes what has lapsed out of a set and hands each to a function.
local function lapsed(key, each)
  if left <= 0 then
    return
  end
  local ids = call('ZRANGEBYSCORE', key, '-inf', now, 'LIMIT', 0, left)
  for i = 1, #ids do
    call('ZREM', key, ids[i])
    local row = call('HGET', DATA, ids[i])
    local is_readable, r = pcall(parse, row)
    if is_readable then
      each(ids[i], r)
    elseif row then
      quarantine(ids[i])
    end
  end
end

local woken = {}

local function lapse(id, r)
  r.recoveries = math.min(r.recoveries + 1, 255)
  if band(r.flags, SILENCE) ~= 0 then
    r.state, r.updated, r.deadline = UNKNOWN, now, now + reconcile
    call('ZADD', UNKNOWNS, score(r.deadline), id)
  elseif r.recoveries > most then
    retire(id, r, DEAD, encoded('POISON'))
  else
    r.state, r.updated, r.due, r.deadline = READY, now, now, 0
    park(id, r)
    woken[r.route] = true
  end
  changed(id, CLAIMED, r)
end

-- Takes what is still claimed out of a lot.
local function lapse_lot(lot)
  for place = 0, lot.size - 1 do
    if left > 0 and lot.states[place] == CLAIMED then
      local id = id_at(lot, place)
      local r = parse(row_at(lot, place))
      take_out(id, reference(lot.number, place))
      lapse(id, r)
    end
  end
end

for route = 0, ROUTES - 1 do
  lapsed(leases(route), lapse)
end
if left > 0 then
  local names = call('ZRANGEBYSCORE', HANDED, '-inf', now, 'LIMIT', 0, left)
  for i = 1, #names do
    local lot = lot_of(reference(tonumber(names[i]), 0))
    if lot then
      lapse_lot(lot)
    else
      call('ZREM', HANDED, names[i])
    end
  end
end
lapsed(UNKNOWNS, function(id, r)
  retire(id, r, DEAD, encoded('OUTCOME_UNKNOWN'))
  changed(id, UNKNOWN, r)
end)
lapsed(EXPIRING, function(id, r)
  local before = r.state
  if is_waiting(before) then
    call('ZREM', queue(r.route, r.priority), id)
    retire(id, r, EXPIRED, NULL)
    changed(id, before, r)
  end
end)
for route in pairs(woken) do
  wake(route)
end
return out
