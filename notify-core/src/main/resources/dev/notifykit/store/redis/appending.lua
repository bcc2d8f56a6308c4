-- How appends begin that lone.lua has left. An append stores notifications, each wholly or not at
-- all. ARGV: epoch; lease in microseconds; free slots a route (2 bytes each); what must not be there for the
-- one notification to be appended, or empty: names of hashes, or an empty name for keys, and how many of what
-- is in it (2), and these, names with their lengths; how many buckets, and these. Then of all deliveries, one
-- after the other: their ids; what a lot has of them; what a lot has of their contents; plans; charges and
-- reasons. A plan: state, route, priority, flags, due (8, a double), lengths of the lot's entry (2), of the
-- content (4), of the charges and of the reason (2 each). Then, if each notification has one delivery that is
-- due and needs no tokens, how many there are of each route (2 bytes) and their last priority; empty
-- otherwise. Then of each notification: the event's name, or empty; id, fingerprint, window in ms (8, a
-- double), number of deliveries (4); unless that is one, the content; and of each delivery the name in PEOPLE
-- of its recipient's latest.
-- Returns the time; the lot of what is handed off, 0 for nothing, or -2 for a claimed row, whose token is 1;
-- notification and delivery of each of these, in the
-- lot's order (4 bytes each), or empty for all; and then, for what is not simply stored: 1, notification,
-- what the event id stands for; 2, notification, delivery, due or -1 for a limited one. If something is there
-- that must not be, nothing is done: returns the time, -1, and what was found, empty for what is not there.
if lone then
  forget(32) -- for those that did not come here, too
  return lone
end
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
  and call('HEXISTS', DATA, sub(ARGV[6 + 2 * ARGV[5]], 1, 16)) == 0 then
  return found
end
