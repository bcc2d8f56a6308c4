-- What the scripts need that read rows, and change them one by one; see base.lua.
local function leases(route)
  return B .. 'l' .. route
end

local function encoded(text)
  return spack('<H', #text) .. text
end

local function parse(row)
  local r = {}
  r.state, r.route, r.priority, r.flags, r.recoveries, r.attempts, r.token, r.nonce, r.due,
    r.deadline, r.updated, r.expires = sunpack(HEAD, row)
  local tail = 72 + sunpack('<H', row, 70)
  r.nid = sub(row, 54, 69)
  r.fixed = sub(row, 54, tail - 1)
  r.reason, tail = raw(row, tail)
  r.provider, tail = raw(row, tail)
  r.message, tail = raw(row, tail)
  r.before = sub(row, tail, tail + 15)
  return r
end

-- Sets a row aside that is not what these scripts write; its neighbours go on.
local function quarantine(id)
  call('SADD', B .. 'q', id)
end

local function format(r)
  return spack(HEAD, r.state, r.route, r.priority, r.flags, r.recoveries, r.attempts, r.token, r.nonce,
    r.due, r.deadline, r.updated, r.expires) .. r.fixed .. r.reason .. r.provider .. r.message .. r.before
end

local function is_waiting(state)
  return state == READY or state == SCHEDULED or state == RETRY_WAIT
end

local function dead_letters(r)
  return B .. 'k' .. r.route .. ':' .. sub(raw(r.fixed, 19), 3)
end

-- A delivery's recipient: the tenant and the recipient as the row has them.
local function person_of(fixed)
  local _, at = raw(fixed, 19)
  _, at = raw(fixed, at)
  return sub(fixed, 19, at - 1)
end

-- The key of those of a recipient's deliveries that are found no other way.
local function astray(person)
  return B .. 'r:' .. person
end

local function provider_id(provider, message)
  return sub(provider, 3) .. '\0' .. sub(message, 3)
end

-- Gives up a delivery's hold on its notification's content; the last one drops it.
local function release(nid, flags)
  if band(flags, SOLO) ~= 0 then
    call('HDEL', DATA, nid .. CONTENT)
  elseif call('HINCRBY', COUNTS, nid, -1) <= 0 then
    call('HDEL', DATA, nid .. CONTENT)
    call('HDEL', COUNTS, nid)
  end
end

-- Gives up address and content.
local function drop(id, r)
  if band(r.flags, SOLO) == 0 then
    call('HDEL', ADDRESSES, id)
  end
  release(r.nid, r.flags)
end

local function park(id, r)
  call('ZADD', queue(r.route, r.priority), score(r.due), id)
  if band(r.flags, EXPIRES) ~= 0 then
    call('ZADD', EXPIRING, score(r.expires), id)
  end
end

local function unpark(id, r)
  call('ZREM', queue(r.route, r.priority), id)
  if band(r.flags, EXPIRES) ~= 0 then
    call('ZREM', EXPIRING, id)
  end
end

-- Ends a row that is in no queue. Only a dead letter keeps address and content.
local function retire(id, r, state, reason)
  r.state, r.reason, r.updated, r.due, r.deadline = state, reason, now, 0, 0
  if state == DEAD then
    r.flags = bor(r.flags, LISTED)
    call('ZADD', dead_letters(r), 0, id)
  else
    drop(id, r)
    note_settled(id)
  end
end

-- Writes a row and returns it.
local function save(id, r)
  local row = format(r)
  call('HSET', DATA, id, row)
  return row
end
