-- Event ids. A hash has for each the notification's id, its fingerprint, and until when it is remembered (8, a
-- double). What an append remembers is noted once for each window, names with their lengths, by the time at
-- which it is forgotten.
local EVENTS, FORGETTING = B .. 'e', B .. 'y'
local lengths, untils, noted = {}, {}, {}

-- Returns what is known of an event of which this was read, or nil once its window has passed.
local function known_of(value)
  return value and sunpack('<d', value, 25) > now and sub(value, 1, 24) or nil
end

-- Notes an event that is remembered from now on, and returns what is to be written.
local function remembered(name, event, window)
  local until_when = untils[window]
  if not until_when then
    until_when = spack('<d', now + window * 1000)
    untils[window], noted[window] = until_when, {}
  end
  local length, list = lengths[#name], noted[window]
  if not length then
    length = spack('<H', #name)
    lengths[#name] = length
  end
  local n = #list
  list[n + 1], list[n + 2] = length, name
  return event .. until_when
end

local function note_remembered()
  for window, list in pairs(noted) do
    call('ZADD', FORGETTING, score(now + window * 1000), table.concat(list))
  end
end

local function forget_some(joined)
  local names, gone, at = {}, {}, 1
  while at <= #joined do
    local name, next_at = raw(joined, at)
    names[#names + 1] = sub(name, 3)
    at = next_at
  end
  local values = fetch(EVENTS, names)
  for i = 1, #names do
    if values[i] and not known_of(values[i]) then
      gone[#gone + 1] = names[i]
    end
  end
  many('HDEL', EVENTS, gone)
  return #names
end

-- Forgets some of what is to be forgotten, more than a number if there are.
local function forget(most)
  local count = 0
  while count < most do
    local first = call('ZRANGEBYSCORE', FORGETTING, '-inf', now_score, 'LIMIT', 0, 1)[1]
    if not first then
      break
    end
    count = count + forget_some(first)
    call('ZREM', FORGETTING, first)
  end
end
