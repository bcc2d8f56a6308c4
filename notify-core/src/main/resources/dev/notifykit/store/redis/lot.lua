-- Deliveries that were handed off together, or claimed together for the first time, as one lot: a string,
-- instead of a row, a lease and a content each.
-- A lot's key is the base, 'b' and its number. It begins with whether it has deliveries of notifications
-- with several (1 byte), how many deliveries (2), when it was claimed and until when (8 each, microseconds
-- as doubles); then for each the state (1 byte); for each the id (16); for each the id of the recipient's
-- delivery before it (16); for each route, priority and flags (1 each), when it expires (8) and what a row has
-- from the notification's id until the reason; and then, batch by batch, what was accepted: nonce (4), time
-- (8), length (4), and for each its place (2), the provider and its message id, with their lengths.
--
-- A state is CLAIMED, ACCEPTED, or GONE. Anything but an acceptance makes a row of the delivery again: it is
-- GONE then. The key with 'c' instead of 'b' holds the contents, each after its length (4): what a SOLO row
-- has under its notification's id, or what others have by delivery. It goes when nothing is CLAIMED any more;
-- the lot itself goes with the purge. A lot has one hold on the content of each notification with several
-- deliveries.
--
-- In place of its row a delivery has 255, the number (8) and the place from 0 (2). The token of its first
-- claim is made of these, so that whoever settles need not look them up.
--
-- In full memory Redis refuses a script's first write, but not one that takes no memory, nor what comes after
-- that. Claims go on then, so that queues empty; what ends them has to as well, or what was sent would be sent
-- again. It begins with a write that finds nothing.
local GONE, LOT_HEAD, FIRST_STATE = 255, '<BHdd', 20
local MOST_IN_A_LOT = 512
local HANDED = B .. 'h'

local function lot_name(number)
  return string.format('%.0f', number)
end

local function reference(number, place)
  return spack('<BdH', GONE, number, place)
end

-- Deliveries of a route that are held in lots, for whoever asks how many are in flight.
local function count_held(route, by)
  call('HINCRBY', B .. 'f', route, by)
end

local function write_in_full_memory()
  call('HDEL', B .. 'f', '')
end

-- Writes a new lot and returns its number. The routes say how many there are of each.
local function write_lot(lease, is_shared, size, ids, befores, entries, texts, routes)
  local number = call('INCR', B .. 'c')
  local name = lot_name(number)
  call('MSET', B .. 'b' .. name, spack(LOT_HEAD, is_shared, size, now, now + lease)
    .. string.rep(string.char(CLAIMED), size) .. ids .. befores .. entries, B .. 'c' .. name, texts)
  call('ZADD', HANDED, score(now + lease), name)
  for route, count in pairs(routes) do
    count_held(route, count)
  end
  return number
end

-- Ends a lot of which nothing is claimed any more.
local function close_lot(number, has_accepted)
  local name = lot_name(number)
  call('ZREM', HANDED, name)
  call('UNLINK', B .. 'c' .. name)
  if has_accepted then
    note_settled(sub(reference(number, 0), 1, 9))
  else
    call('UNLINK', B .. 'b' .. name)
  end
end
