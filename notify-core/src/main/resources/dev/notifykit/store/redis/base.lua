-- What the scripts about deliveries begin with; what fewer of them need is in rows.lua, for each run of a
-- script makes its functions anew, and that takes as long as some commands. KEYS[1] is the base of a
-- partition's keys; every other key is made from it and so is in the same slot, but for what an append may
-- look up. ARGV[1] is the epoch that the caller knows.
--
-- A row, little endian: state, route, priority, flags, recoveries (1 byte each), attempts (4 bytes), token
-- (8, a double), nonce (4), due, deadline, updated, expires (8 bytes each, microseconds as doubles), the
-- notification's id (16), then a length of 2 bytes and what never changes, then reason, provider and
-- the provider's message id, each after a length of 2 bytes, 65535 for none; and last the id of the
-- recipient's delivery before this one, zeros for none.
--
-- DATA has a row under its delivery's id, and the content of a notification under its id and CONTENT. PEOPLE
-- has a recipient's latest delivery under LATEST, tenant and recipient; preferences and addresses not to use
-- under names that begin with 'p' and 's'; and the epoch. So what most sends read and write takes few
-- commands, and what is many for each recipient is not among what is one.
--
-- A notification with one delivery (SOLO) is kept with that delivery's address, as its content: the address after its length of 2 bytes, then the notification. Others have their addresses by
-- delivery.
--
-- MEMBERS has the deliveries of a notification, their ids joined, but for one whose id is the notification's.
--
-- What an append hands off is kept as a lot, one string for all of it, and a row names its lot and its
-- place there instead: see lot.lua.
local B = KEYS[1]
if redis.call('HGET', B .. 'p', 'epoch') ~= ARGV[1] then
  return redis.error_reply('NOTIFYEPOCH the data is not what it was')
end

local SCHEDULED, READY, CLAIMED, RETRY_WAIT, UNKNOWN, ACCEPTED = 0, 1, 2, 3, 4, 5
local SUPPRESSED, EXPIRED, DEAD = 8, 9, 11
local SILENCE, EXPIRES, ATTEMPTS, LISTED, SOLO, STAND_IN, ASTRAY = 1, 2, 4, 8, 16, 32, 64
local ROUTES, PRIORITIES = 5, 3
local DATA, CONTENT, PEOPLE, LATEST = B .. 'd', 'n', B .. 'p', 'r'
local ADDRESSES, MEMBERS, COUNTS, PROVIDER_IDS = B .. 'a', B .. 'm', B .. 'o', B .. 'i'
local EXPIRING, UNKNOWNS, SETTLED = B .. 'x', B .. 'u', B .. 'z'
local HEAD = '<BBBBBI4dI4dddd'
local NULL, NOBODY = '\255\255', string.rep('\0', 16)
local PART = 4000 -- Lua gives a call at most about 8,000 arguments

local sub, byte, spack, sunpack = string.sub, string.byte, struct.pack, struct.unpack
local call, band, bor = redis.call, bit.band, bit.bor

local time = call('TIME')
local now = time[1] * 1000000 + time[2]

-- A number that a command gets is written out with 17 digits, which takes longer than most commands.
local function score(micros)
  return string.format('%.0f', micros)
end

local now_score = score(now)

local function queue(route, priority)
  return B .. 'w' .. route .. ':' .. priority
end

-- Calls a command that takes many arguments; there may be none.
local function many(command, key, list)
  for i = 1, #list, PART do
    call(command, key, unpack(list, i, math.min(i + PART - 1, #list)))
  end
end

local function fetch(key, fields)
  if #fields <= PART then
    return #fields == 0 and {} or call('HMGET', key, unpack(fields))
  end
  local all = {}
  for i = 1, #fields, PART do
    local some = call('HMGET', key, unpack(fields, i, math.min(i + PART - 1, #fields)))
    for j = 1, #some do
      all[i + j - 1] = some[j]
    end
  end
  return all
end

-- Returns a text with its length before it, and where the next begins.
local function raw(s, at)
  local n = sunpack('<H', s, at)
  if n == 65535 then
    n = 0
  end
  return sub(s, at, at + 1 + n), at + 2 + n
end

-- Tells all nodes that something is due where nothing was. A node sleeps only once it has seen nothing due,
-- so nobody need be told of what comes after. A user who may not publish leaves the others to their polls.
local function wake(route)
  redis.pcall('PUBLISH', B .. 'work', route)
end

-- Notes what has settled just now, ids joined, for the purge; the list is in the order of time.
local function note_settled(ids)
  call('RPUSH', SETTLED, spack('<d', now) .. ids)
end

local UNTOUCHED = string.rep('\0', 17) -- recoveries, attempts, token and nonce of a new row

-- Returns the row of a delivery that was just appended, but for the recipient's delivery before it.
local function new_row(state, entry, due, reason)
  return string.char(state, byte(entry, 1, 3)) .. UNTOUCHED .. spack('<ddd', due, 0, now) .. sub(entry, 4)
    .. reason .. NULL .. NULL
end
