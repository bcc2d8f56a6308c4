-- Appends notifications, each wholly or not at all. ARGV: epoch; lease in microseconds; free slots a
-- route (2 bytes each); how many buckets, and these; then notifications: the event's key, or empty; id,
-- fingerprint, window in ms, number of deliveries; content; and for each delivery: id, head of the row,
-- length of tenant and recipient, due, charges; rest of the row; and its address unless it is the only one,
-- whose address is in the content.
-- Returns the time and then, for what is not simply stored: 1, notification, what the event id stands
-- for; 2, notification, delivery, due or -1 for a limited one; 3, notification, delivery for one that
-- is handed off.
local lease = tonumber(ARGV[2])
local slots = {sunpack('<HHHHH', ARGV[3])}
local bucket_count = tonumber(ARGV[4])
local buckets = read_buckets(5, bucket_count)

local out = {now}
local rows, addresses, contents, members, counts = {}, {}, {}, {}, {}
local waiting, held, expiring, settled, woken = {}, {}, {}, {}, {}
local deadline_score = score(now + lease)
local new_times = spack('<ddd', now, 0, now)
local held_times = spack('<ddd', now, now + lease, now)
local held_head = spack('<I4I4I4', 1, 1, 0)

-- The first priority of which something is due, so that nothing of that priority is overtaken.
local overtaken = {}
local function first_due(route)
  local first = overtaken[route]
  if not first then
    first = PRIORITIES
    for p = PRIORITIES - 1, 0, -1 do
      if #call('ZRANGEBYSCORE', queue(route, p), '-inf', now, 'LIMIT', 0, 1) > 0 then
        first = p
      end
    end
    overtaken[route] = first
  end
  return first
end

-- Whether a notification is to be stored; its key or its members are set.
local function is_new(index, key, meta, nid, window, ids)
  if key == '' then
    return call('HSETNX', MEMBERS, nid, ids) == 1
  end
  if call('SET', key, sub(meta, 1, 24), 'PX', window, 'NX') then
    members[#members + 1] = nid
    members[#members + 1] = ids
    return true
  end
  local known = call('GET', key)
  if sub(known, 1, 16) ~= nid then
    out[#out + 1] = 1
    out[#out + 1] = index
    out[#out + 1] = known
  end
  return false
end

local function limited(index, number, due)
  out[#out + 1] = 2
  out[#out + 1] = index
  out[#out + 1] = number
  out[#out + 1] = due
end

-- Stores a delivery; returns whether it needs its content.
local function store(index, number, arg, rest, address)
  local id, head = sub(arg, 1, 16), sub(arg, 17, 33)
  local state, route, priority, flags = byte(arg, 17, 20)
  local recipient_length, due = sunpack('<Hd', arg, 34)
  if #arg > 43 then
    local wait = admit(buckets, arg, 44)
    if not wait then
      state = SUPPRESSED
      head = string.char(SUPPRESSED) .. sub(head, 2)
      rest = sub(rest, 1, -7) .. encoded('RATE_LIMITED') .. NULL .. NULL
      limited(index, number, -1)
    elseif wait > 0 then
      state, due = SCHEDULED, math.max(due, now + wait)
      head = string.char(SCHEDULED) .. sub(head, 2)
      limited(index, number, due)
    end
  end
  call('ZADD', B .. 'r:' .. sub(rest, 27, 26 + recipient_length), '0', id)
  local n = #rows
  rows[n + 1] = id
  if state == SUPPRESSED then
    rows[n + 2] = head .. spack('<ddd', 0, 0, now) .. rest
    settled[#settled + 1] = id
    return false
  end
  if address then
    addresses[#addresses + 1] = id
    addresses[#addresses + 1] = address
  end
  if due <= now and slots[route + 1] > 0 and priority < first_due(route) then
    slots[route + 1] = slots[route + 1] - 1
    rows[n + 2] = string.char(CLAIMED) .. sub(head, 2, 5) .. held_head .. held_times .. rest
    local list = held[route] or {}
    held[route] = list
    list[#list + 1] = deadline_score
    list[#list + 1] = id
    out[#out + 1] = 3
    out[#out + 1] = index
    out[#out + 1] = number
    return true
  end
  if due == 0 then
    due = now
    rows[n + 2] = head .. new_times .. rest
  else
    rows[n + 2] = head .. spack('<ddd', due, 0, now) .. rest
  end
  if due <= now and first_due(route) == PRIORITIES then
    woken[route] = true
  end
  local key = queue(route, priority)
  local list = waiting[key] or {}
  waiting[key] = list
  list[#list + 1] = due == now and now_score or score(due)
  list[#list + 1] = id
  if band(flags, EXPIRES) ~= 0 then
    expiring[#expiring + 1] = score(sunpack('<d', rest))
    expiring[#expiring + 1] = id
  end
  return true
end

local at, index = 5 + 2 * bucket_count, 0
while at <= #ARGV do
  local key, meta, content = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local nid = sub(meta, 1, 16)
  local window, count = sunpack('<dI4', meta, 25)
  at = at + 3
  local step, ids = count == 1 and 2 or 3
  if count == 1 then
    ids = sub(ARGV[at], 1, 16)
  else
    ids = {}
    for i = 1, count do
      ids[i] = sub(ARGV[at + step * (i - 1)], 1, 16)
    end
    ids = table.concat(ids)
  end
  if is_new(index, key, meta, nid, window, ids) then
    local open = 0
    for i = 1, count do
      local first = at + step * (i - 1)
      if store(index, i - 1, ARGV[first], ARGV[first + 1], count > 1 and ARGV[first + 2]) then
        open = open + 1
      end
    end
    if open > 0 then
      contents[#contents + 1] = nid
      contents[#contents + 1] = content
    end
    if count > 1 then
      counts[#counts + 1] = nid
      counts[#counts + 1] = open
      counts[#counts + 1] = nid .. 'r'
      counts[#counts + 1] = count
    end
  end
  at = at + step * count
  index = index + 1
end

many('HSET', ROWS, rows)
many('HSET', ADDRESSES, addresses)
many('HSET', NOTIFICATIONS, contents)
many('HSET', MEMBERS, members)
many('HSET', COUNTS, counts)
many('ZADD', EXPIRING, expiring)
if #settled > 0 then
  note_settled(table.concat(settled))
end
for key, list in pairs(waiting) do
  many('ZADD', key, list)
end
for route, list in pairs(held) do
  many('ZADD', leases(route), list)
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
