-- How appends begin, and how those of most sends end. An append stores notifications, each wholly or not at
-- all. ARGV: epoch; lease in microseconds; free slots a route (2 bytes each); what must not be there for the
-- one notification to be appended, or empty: names of hashes, or an empty name for keys, and how many of what
-- is in it (2), and these, names with their lengths; how many buckets, and these. Then of all deliveries, one
-- after the other: their ids; what a lot has of them; what a lot has of their contents; plans; charges and
-- reasons. A plan: state, route, priority, flags, due (8, a double), lengths of the lot's entry (2), of the
-- content (4), of the charges and of the reason (2 each). Then, if each notification has one delivery that is
-- due and needs no tokens, how many there are of each route (2 bytes) and their last priority; empty
-- otherwise. Then of each notification: the event's name, or empty; id, fingerprint, window in ms (8, a
-- double), number of deliveries (4); unless that is one, the content; and of each delivery tenant and
-- recipient.
-- Returns the time; the lot of what is handed off, or 0; notification and delivery of each of these, in the
-- lot's order (4 bytes each), or empty for all; and then, for what is not simply stored: 1, notification,
-- what the event id stands for; 2, notification, delivery, due or -1 for a limited one. If something is there
-- that must not be, nothing is done: returns the time, -1, and what was found, empty for what is not there.
local out = {now, 0, ''}

-- What must not be there, and is.
local found = {now, -1, ''}
local function look(asked)
  local at, any = 1, false
  while at <= #asked do
    local fields, count, key = {}
    key, at = raw(asked, at)
    count, at = sunpack('<H', asked, at)
    for i = 1, count do
      local field
      field, at = raw(asked, at)
      fields[i] = sub(field, 3)
    end
    local some = #key == 2 and call('MGET', unpack(fields)) or call('HMGET', sub(key, 3), unpack(fields))
    for i = 1, count do
      found[#found + 1] = some[i] or ''
      any = any or some[i]
    end
  end
  return any
end

-- A run before this one may have appended it, whose reply was lost with the connection.
if ARGV[4] ~= '' and look(ARGV[4])
  and call('HEXISTS', MEMBERS, sub(ARGV[13 + 2 * ARGV[5]], 1, 16)) == 0 then
  return found
end

-- Here ends what most sends are: one notification, with one delivery that is due and needs no tokens.
if #ARGV == 14 and ARGV[5] == '0' and ARGV[11] ~= '' then
  local id, entry, text, name, meta, person = ARGV[6], ARGV[7], ARGV[8], ARGV[12], ARGV[13], ARGV[14]
  local nid, event = sub(meta, 1, 16), sub(meta, 1, 24)
  local known = name ~= '' and known_of(call('HGET', EVENTS, name))
  if known and known ~= event then
    out[4], out[5], out[6] = 1, 0, known
  end
  if known or call('HSETNX', MEMBERS, nid, id) == 0 and name == '' then
    return out
  end
  if name ~= '' then
    call('HSET', EVENTS, name, remembered(name, event, (sunpack('<d', meta, 25))))
    note_remembered()
    forget(1)
  end
  local route, priority, flags = byte(entry, 1, 3)
  local first = PRIORITIES -- of which something is due
  if call('EXISTS', queue(route, 0), queue(route, 1), queue(route, 2)) > 0 then
    for p = PRIORITIES - 1, 0, -1 do
      if #call('ZRANGEBYSCORE', queue(route, p), '-inf', now_score, 'LIMIT', 0, 1) > 0 then
        first = p
      end
    end
  end
  local before = call('HGET', LATEST, person) or NOBODY
  call('HSET', LATEST, person, id)
  if priority < first and sunpack('<H', ARGV[3], 2 * route + 1) > 0 then
    out[2] = write_lot(tonumber(ARGV[2]), 0, 1, id, before, entry, text, {[route] = 1})
    call('HSET', ROWS, id, reference(out[2], 0))
    return out
  end
  call('HSET', ROWS, id, new_row(READY, entry, now, NULL) .. before)
  call('HSET', NOTIFICATIONS, nid, sub(text, 5))
  call('ZADD', queue(route, priority), now_score, id)
  if band(flags, EXPIRES) ~= 0 then
    call('ZADD', EXPIRING, score((sunpack('<d', entry, 4))), id)
  end
  if first == PRIORITIES then
    wake(route)
  end
  return out
end
