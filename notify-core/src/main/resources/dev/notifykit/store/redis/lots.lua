-- Reads lots, and takes deliveries out of them; see lot.lua.
local lots = {}

-- Reads a lot, once in a run of a script.
local function lot_of(ref)
  local number, place = sunpack('<dH', ref, 2)
  local lot = lots[number]
  if not lot then
    local name = lot_name(number)
    local text = call('GET', B .. 'b' .. name)
    if not text then
      return nil
    end
    lot = {number = number, name = name, key = B .. 'b' .. name, contents = B .. 'c' .. name, text = text}
    local is_shared
    is_shared, lot.size, lot.now, lot.deadline = sunpack(LOT_HEAD, text)
    lot.is_shared = is_shared == 1
    lot.states = {}
    lot.first_id = FIRST_STATE + lot.size
    lot.first_before = lot.first_id + 16 * lot.size
    for i = 0, lot.size - 1 do
      lot.states[i] = byte(text, FIRST_STATE + i)
    end
    lots[number] = lot
  end
  return lot, place
end

local function entry_at(lot, place)
  if not lot.entries then
    lot.entries = {}
    local at = lot.first_before + 16 * lot.size
    for i = 0, lot.size - 1 do
      lot.entries[i] = at
      at = at + 29 + sunpack('<H', lot.text, at + 27)
    end
    lot.accepted_from = at
  end
  return lot.entries[place]
end

-- Returns what is known of an acceptance: nonce, time, provider, message id.
local function acceptance(lot, place)
  if not lot.accepted then
    lot.accepted = {}
    entry_at(lot, 0)
    local at, text = lot.accepted_from, lot.text
    while at <= #text do
      local nonce, time, length = sunpack('<I4dI4', text, at)
      at = at + 16
      local last = at + length
      while at < last do
        local a = {nonce = nonce, time = time}
        local i = sunpack('<H', text, at)
        a.provider, at = raw(text, at + 2)
        a.message, at = raw(text, at)
        lot.accepted[i] = a
      end
    end
  end
  return lot.accepted[place]
end

local function id_at(lot, place)
  local at = lot.first_id + 16 * place
  return sub(lot.text, at, at + 15)
end

local function first_token(lot, place)
  return lot.number * MOST_IN_A_LOT + place
end

-- Writes out the row of a delivery in a lot.
local function row_at(lot, place)
  local text, at = lot.text, entry_at(lot, place)
  local route, priority, flags = byte(text, at, at + 2)
  local expires = sunpack('<d', text, at + 3)
  local state, deadline, nonce, updated, provider, message = CLAIMED, lot.deadline, 0, lot.now, NULL, NULL
  if lot.states[place] == ACCEPTED then
    local a = acceptance(lot, place)
    state, deadline, nonce, updated, provider, message =
      ACCEPTED, 0, a.nonce, a.time, a.provider, a.message
  end
  local before = lot.first_before + 16 * place
  return spack(HEAD, state, route, priority, flags, 0, 1, first_token(lot, place), nonce,
      state == CLAIMED and lot.now or 0, deadline, updated, expires)
    .. sub(text, at + 11, at + 28 + sunpack('<H', text, at + 27)) .. NULL .. provider .. message
    .. sub(text, before, before + 15)
end

local function is_reference(row)
  return row and byte(row, 1) == GONE
end

-- Returns the row that a reference stands for, and the row itself of anything else.
local function row_of(row)
  if not is_reference(row) then
    return row
  end
  local lot, place = lot_of(row)
  return lot and row_at(lot, place)
end

-- Gives up a lot's holds on the contents of notifications with several deliveries.
local function release_shared(lot)
  local nids = {}
  for i = 0, lot.size - 1 do
    local at = entry_at(lot, i)
    if band(byte(lot.text, at + 2), SOLO) == 0 then
      nids[sub(lot.text, at + 11, at + 26)] = true
    end
  end
  for nid in pairs(nids) do
    release(nid, 0)
  end
end

local function close_if_done(lot)
  local has_accepted = false
  for i = 0, lot.size - 1 do
    if lot.states[i] == CLAIMED then
      return
    end
    has_accepted = has_accepted or lot.states[i] == ACCEPTED
  end
  if lot.is_shared then
    release_shared(lot)
  end
  close_lot(lot.number, has_accepted)
end

-- Moves a delivery's content out of its lot; what the lot had is wiped.
local function move_content(lot, place, id)
  if not lot.content then
    lot.content = call('GET', lot.contents) or ''
  end
  local at = 1
  for i = 0, place - 1 do
    if at > #lot.content then
      return
    end
    at = at + 4 + sunpack('<I4', lot.content, at)
  end
  if at > #lot.content then
    return
  end
  local length = sunpack('<I4', lot.content, at)
  if lot.states[place] == CLAIMED then
    local entry = entry_at(lot, place)
    local nid = sub(lot.text, entry + 11, entry + 26)
    local content = sub(lot.content, at + 4, at + 3 + length)
    if band(byte(lot.text, entry + 2), SOLO) ~= 0 then
      call('HSET', DATA, nid .. CONTENT, content)
    else
      call('HSET', ADDRESSES, id, content)
      call('HINCRBY', COUNTS, nid, 1)
    end
  end
  call('SETRANGE', lot.contents, at + 3, string.rep('\0', length))
end

-- Takes a delivery out of its lot. Its row is the caller's to write, and its lease if it stays claimed.
local function take_out(id, ref)
  local lot, place = lot_of(ref)
  local was = lot.states[place]
  move_content(lot, place, id)
  lot.states[place] = GONE
  call('SETRANGE', lot.key, FIRST_STATE - 1 + place, string.char(GONE))
  if was == CLAIMED then
    count_held(byte(lot.text, entry_at(lot, place)), -1)
    close_if_done(lot)
  else
    note_settled(id)
  end
end

-- The same for one that stays as it is.
local function take_out_as(id, ref, row)
  take_out(id, ref)
  if byte(row, 1) == CLAIMED then
    call('ZADD', leases(byte(row, 2)), score(sunpack('<d', row, 30)), id)
  end
end
