-- Appends; what it gets and returns is said in appending.lua.
local lease = tonumber(ARGV[2])
local slots = {sunpack('<HHHHH', ARGV[3])}
local bucket_count = tonumber(ARGV[5])
local buckets = read_buckets(6, bucket_count)
local first = 6 + 2 * bucket_count
local ids, entries, texts, plans, extras, plain = unpack(ARGV, first, first + 5)
local PLAN = 22

local people, ids_of_people, members = {}, {}, {}
local fields = {} -- names and values of what goes to DATA

-- The first priority of which something is due, so that nothing of that priority is overtaken.
local overtaken = {}
local function first_due(route)
  local priority = overtaken[route]
  if not priority then
    priority = PRIORITIES
    for p = PRIORITIES - 1, 0, -1 do
      if #call('ZRANGEBYSCORE', queue(route, p), '-inf', now_score, 'LIMIT', 0, 1) > 0 then
        priority = p
      end
    end
    overtaken[route] = priority
  end
  return priority
end

-- ---- event ids

local names, values, events = {}, {}, {}

local function is_new_event(index, name, meta, known)
  local event = sub(meta, 1, 24)
  if not known then
    local n = #events
    events[n + 1], events[n + 2] = name, remembered(name, event, (sunpack('<d', meta, 25)))
    values[name] = events[n + 2]
    return true
  elseif known ~= event then
    out[#out + 1] = 1
    out[#out + 1] = index
    out[#out + 1] = known
  end
  return false
end

-- Whether a notification is to be stored.
local function is_new(index, name, meta, joined)
  if name == '' then
    if call('HEXISTS', DATA, sub(joined, 1, 16)) == 1 then
      return false
    end
  elseif not is_new_event(index, name, meta, known_of(values[name])) then
    return false
  end
  local nid, n = sub(meta, 1, 16), #members
  if joined ~= nid then
    members[n + 1], members[n + 2] = nid, joined
  end
  return true
end

-- How many arguments a notification has that has so many deliveries.
local function width(count)
  return 2 + (count == 1 and 0 or 1) + count
end

local function count_at(at)
  return plain ~= '' and 1 or sunpack('<I4', ARGV[at + 1], 33)
end

local function read_events()
  local at = first + 6
  while at <= #ARGV do
    if ARGV[at] ~= '' then
      names[#names + 1] = ARGV[at]
    end
    at = at + width(count_at(at))
  end
  local found = fetch(EVENTS, names)
  for i = 1, #names do
    values[names[i]] = found[i]
  end
end

-- The new ones of the notifications: index, arguments from, first delivery, how many. Returns whether all are.
local news = {}
local function find_new()
  read_events()
  local at, index, delivery = first + 6, 0, 0
  while at <= #ARGV do
    local count = count_at(at)
    local joined = sub(ids, 16 * delivery + 1, 16 * (delivery + count))
    if is_new(index, ARGV[at], ARGV[at + 1], joined) then
      news[#news + 1] = plain ~= '' and index or {index, at, delivery, count}
    end
    at = at + width(count)
    delivery = delivery + count
    index = index + 1
  end
  return #news == index
end

-- ---- the lot

-- Each delivery names its recipient's last one, and is that now. Returns what comes before each.
local function link()
  local before, latest, last_of = fetch(PEOPLE, people), {}, {}
  for i = 1, #people do
    local person, id = people[i], ids_of_people[i]
    before[i] = last_of[person] or before[i] or NOBODY
    last_of[person] = id
  end
  for person, id in pairs(last_of) do
    local n = #latest
    latest[n + 1], latest[n + 2] = person, id
  end
  many('HSET', PEOPLE, latest)
  return before
end

-- ---- all of it new, plain, and handed off

local function fits()
  for route = 0, ROUTES - 1 do
    local count, last = sunpack('<HB', plain, 3 * route + 1)
    if count > 0 and (slots[route + 1] < count or last >= first_due(route)) then
      return false
    end
  end
  return true
end

local function hand_off_all()
  local routes = {}
  for route = 0, ROUTES - 1 do
    local count = sunpack('<H', plain, 3 * route + 1)
    if count > 0 then
      routes[route] = count
    end
  end
  for i = 1, #news do
    people[i], ids_of_people[i] = ARGV[first + 3 + 3 * i + 2], sub(ids, 16 * i - 15, 16 * i)
  end
  local lot = write_lot(lease, 0, #people, ids, table.concat(link()), entries, texts, routes)
  out[2] = lot
  for i = 1, #people do
    fields[2 * i - 1], fields[2 * i] = ids_of_people[i], reference(lot, i - 1)
  end
end

-- ---- one by one

local function put(name, value)
  local n = #fields
  fields[n + 1], fields[n + 2] = name, value
end

local rows, addresses, counts = {}, {}, {}
local waiting, expiring, settled, woken = {}, {}, {}, {}
-- Of what is handed off: places among the people, and the parts of the lot.
local held, held_ids, held_entries, held_texts, handed, held_routes = {}, {}, {}, {}, {}, {}
local lot_is_shared = 0

-- Where each delivery's parts are.
local entry_from, text_from, extra_from = {}, {}, {}
local function find_parts()
  local entry, text, extra = 1, 1, 1
  for i = 0, #ids / 16 - 1 do
    entry_from[i], text_from[i], extra_from[i] = entry, text, extra
    local entry_length, text_length, charges, reason = sunpack('<HI4HH', plans, PLAN * i + 13)
    entry, text, extra = entry + entry_length, text + 4 + text_length, extra + charges + reason
  end
end

local function limited(index, number, due)
  out[#out + 1] = 2
  out[#out + 1] = index
  out[#out + 1] = number
  out[#out + 1] = due
end

local function store_row(id, row)
  rows[#rows + 1] = {#people, id, row}
end

local function park_new(id, route, priority, flags, due, entry)
  if due <= now and first_due(route) == PRIORITIES then
    woken[route] = true
  end
  local key = queue(route, priority)
  local list = waiting[key] or {}
  waiting[key] = list
  list[#list + 1] = due == now and now_score or score(due)
  list[#list + 1] = id
  if band(flags, EXPIRES) ~= 0 then
    expiring[#expiring + 1] = score(sunpack('<d', entry, 4))
    expiring[#expiring + 1] = id
  end
end

local function hand_off(index, number, id, route, entry, text)
  local n = #held + 1
  slots[route + 1] = slots[route + 1] - 1
  held_routes[route] = (held_routes[route] or 0) + 1
  held[n], held_ids[n], held_entries[n], held_texts[n] = #people, id, entry, text
  handed[n] = spack('<I4I4', index, number)
end

-- Where a delivery is kept that was stored.
local STORED, HELD, ENDED = 1, 2, 3

-- Stores a delivery; returns where.
local function store(index, number, k, person, is_single)
  local id = sub(ids, 16 * k + 1, 16 * k + 16)
  local state, route, priority, flags = byte(plans, PLAN * k + 1, PLAN * k + 4)
  local due, entry_length, text_length, charges, reason = sunpack('<dHI4HH', plans, PLAN * k + 5)
  local entry = sub(entries, entry_from[k], entry_from[k] + entry_length - 1)
  local why = sub(extras, extra_from[k] + charges, extra_from[k] + charges + reason - 1)
  if charges > 0 then
    local wait = admit(buckets, sub(extras, extra_from[k], extra_from[k] + charges - 1), 1)
    if not wait then
      state, why = SUPPRESSED, encoded('RATE_LIMITED')
      limited(index, number, -1)
    elseif wait > 0 then
      state, due = SCHEDULED, math.max(due, now + wait)
      limited(index, number, due)
    end
  end
  people[#people + 1], ids_of_people[#people + 1] = person, id
  if state == SUPPRESSED then
    store_row(id, new_row(state, entry, 0, why))
    settled[#settled + 1] = id
    return ENDED
  end
  local text = sub(texts, text_from[k], text_from[k] + 3 + text_length)
  if due <= now and slots[route + 1] > 0 and #held < MOST_IN_A_LOT and priority < first_due(route) then
    hand_off(index, number, id, route, entry, text)
    return HELD
  end
  if not is_single then
    addresses[#addresses + 1] = id
    addresses[#addresses + 1] = sub(text, 5)
  end
  due = due == 0 and now or due
  store_row(id, new_row(state, entry, due, NULL))
  park_new(id, route, priority, flags, due, entry)
  return STORED
end

local function store_one(index, at, k)
  if store(index, 0, k, ARGV[at + 2], true) == STORED then
    local text_length = sunpack('<I4', texts, text_from[k])
    put(sub(ARGV[at + 1], 1, 16) .. CONTENT, sub(texts, text_from[k] + 4, text_from[k] + 3 + text_length))
  end
end

local function store_several(index, at, first_delivery, count)
  local nid, open, is_held = sub(ARGV[at + 1], 1, 16), 0, 0
  for i = 0, count - 1 do
    local where = store(index, i, first_delivery + i, ARGV[at + 3 + i], false)
    if where == STORED then
      open = open + 1
    elseif where == HELD then
      is_held, lot_is_shared = 1, 1
    end
  end
  if open + is_held > 0 then
    put(nid .. CONTENT, ARGV[at + 2])
  end
  local n = #counts
  counts[n + 1], counts[n + 2] = nid, open + is_held
  counts[n + 3], counts[n + 4] = nid .. 'r', count
end

local function place_of(new)
  if plain ~= '' then
    return new, first + 6 + 3 * new, new, 1
  end
  return unpack(new)
end

local function store_all()
  find_parts()
  for i = 1, #news do
    local index, at, delivery, count = place_of(news[i])
    if count == 1 then
      store_one(index, at, delivery)
    else
      store_several(index, at, delivery, count)
    end
  end
  local before = link()
  for i = 1, #rows do
    put(rows[i][2], rows[i][3] .. before[rows[i][1]])
  end
  if #held > 0 then
    local befores = {}
    for i = 1, #held do
      befores[i] = before[held[i]]
    end
    local lot = write_lot(lease, lot_is_shared, #held, table.concat(held_ids), table.concat(befores),
      table.concat(held_entries), table.concat(held_texts), held_routes)
    for i = 1, #held do
      put(held_ids[i], reference(lot, i - 1))
    end
    out[2], out[3] = lot, table.concat(handed)
  end
end

if find_new() and plain ~= '' and #news <= MOST_IN_A_LOT and fits() then
  hand_off_all()
else
  store_all()
end
many('HSET', EVENTS, events)
note_remembered()
forget(#events)
many('HSET', DATA, fields)
many('HSET', ADDRESSES, addresses)
many('HSET', MEMBERS, members)
many('HSET', COUNTS, counts)
many('ZADD', EXPIRING, expiring)
if #settled > 0 then
  note_settled(table.concat(settled))
end
for key, list in pairs(waiting) do
  many('ZADD', key, list)
end
for i = 1, bucket_count do
  if buckets[i].changed then
    write_bucket(buckets[i])
  end
end
for route in pairs(woken) do
  wake(route)
end
return out
