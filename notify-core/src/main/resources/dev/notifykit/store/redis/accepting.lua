-- Writes acceptances of what was handed off, lot by lot, all of a lot's or none. ARGV: epoch; a nonce of this
-- call; then for each lot: its number; place (2 bytes) and id of each delivery; how many of each route (2
-- bytes each); what the lot is to keep of each; how many are to be found by a provider's id, and for each of
-- these that id and the delivery's. Returns the numbers, from 0, of the lots of which nothing was written,
-- because one of these claims was lost.
write_in_full_memory()
local nonce = tonumber(ARGV[2])
local refused, shared = {}, {}

-- Returns the states after the acceptances, or nil if one of them may not be.
local function accepted(key, size, refs)
  local text = call('GETRANGE', key, FIRST_STATE - 1, FIRST_STATE - 2 + 17 * size)
  local states = {byte(text, 1, size)}
  for at = 1, #refs, 18 do
    local place = sunpack('<H', refs, at)
    local id = size + 16 * place
    if states[place + 1] ~= CLAIMED or sub(text, id + 1, id + 16) ~= sub(refs, at + 2, at + 17) then
      return nil
    end
    states[place + 1] = ACCEPTED
  end
  return string.char(unpack(states))
end

local function write(number, key, states, is_shared, routes, kept)
  call('SETRANGE', key, FIRST_STATE - 1, states)
  call('APPEND', key, spack('<I4dI4', nonce, now, #kept) .. kept)
  for route = 0, ROUTES - 1 do
    local count = sunpack('<H', routes, 2 * route + 1)
    if count > 0 then
      count_held(route, -count)
    end
  end
  if not string.find(states, string.char(CLAIMED), 1, true) then
    if is_shared then
      shared[#shared + 1] = number
    else
      close_lot(number, true)
    end
  end
end

local at, index = 3, 0
while at <= #ARGV do
  local number, found = tonumber(ARGV[at]), tonumber(ARGV[at + 4])
  local key = B .. 'b' .. lot_name(number)
  local head = call('GETRANGE', key, 0, FIRST_STATE - 2)
  local is_shared, size = 0, 0
  if head ~= '' then
    is_shared, size = sunpack(LOT_HEAD, head)
  end
  local states = size > 0 and accepted(key, size, ARGV[at + 1])
  local last = at + 4 + 2 * found
  if states then
    write(number, key, states, is_shared == 1, ARGV[at + 2], ARGV[at + 3])
    for i = at + 5, last, PART do
      call('HSET', PROVIDER_IDS, unpack(ARGV, i, math.min(i + PART - 1, last)))
    end
  else
    refused[#refused + 1] = index
  end
  at = last + 1
  index = index + 1
end
if #shared == 0 then
  return refused
end
