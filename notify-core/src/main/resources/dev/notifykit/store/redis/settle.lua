-- Ends claims. ARGV: epoch; a nonce of this call, so that repeating it after a lost connection changes
-- nothing; then for each settlement: id, token, state, whether the attempt is spent, delay, reason,
-- provider, message id; and the attempt to log, or empty. Returns the numbers, from 0, of those that
-- were refused because the claim was lost.
local nonce = tonumber(ARGV[2])
local ids = {}
for at = 3, #ARGV, 2 do
  ids[#ids + 1] = sub(ARGV[at], 1, 16)
end
local rows = fetch(ROWS, ids)
local current = {}
for i = 1, #ids do
  current[ids[i]] = rows[i]
end

local refused, written, settled, dropped, contents, found = {}, {}, {}, {}, {}, {}
local freed, waiting = {}, {}

local function add(lists, key, ...)
  local list = lists[key] or {}
  lists[key] = list
  for i = 1, select('#', ...) do
    list[#list + 1] = select(i, ...)
  end
end

local function log_attempt(id, attempt, is_stale)
  local key = B .. 't:' .. id
  call('RPUSH', key, (is_stale and '\1' or '\0') .. attempt)
  call('LTRIM', key, -100, -1)
end

for i = 1, #ids do
  local id, arg, attempt = ids[i], ARGV[2 * i + 1], ARGV[2 * i + 2]
  local row = current[id]
  local token, to, spends, delay = sunpack('<I4BBd', arg, 17)
  if not row then
    refused[#refused + 1] = i - 1
  elseif byte(row, 1) == CLAIMED and sunpack('<I4', row, 10) == token then
    local route, priority, flags = byte(row, 2, 4)
    local attempts = sunpack('<I4', row, 6)
    local tail = 68 + sunpack('<H', row, 66)
    local reason, after = raw(arg, 31)
    local provider, last = raw(arg, after)
    local message = raw(arg, last)
    if provider == NULL or message == NULL then
      local _, at = raw(row, tail)
      local old_provider, next_at = raw(row, at)
      if provider == NULL then
        provider = old_provider
      end
      if message == NULL then
        message = raw(row, next_at)
      end
    end
    if attempt ~= '' then
      log_attempt(id, attempt, false)
      flags = bor(flags, ATTEMPTS)
    end
    local due, deadline = 0, 0
    add(freed, route, id)
    if to == READY or to == RETRY_WAIT then
      due = now + delay
      add(waiting, queue(route, priority), score(due), id)
      if band(flags, EXPIRES) ~= 0 then
        add(waiting, EXPIRING, score(sunpack('<d', row, 42)), id)
      end
    elseif to == UNKNOWN then
      due = sunpack('<d', row, 18)
      deadline = now + delay
      add(waiting, UNKNOWNS, score(deadline), id)
    elseif to == DEAD then
      flags = bor(flags, LISTED)
      add(waiting, B .. 'k' .. route .. ':' .. sub(raw(row, 68), 3), '0', id)
    else
      settled[#settled + 1] = id
      local nid = sub(row, 50, 65)
      if band(flags, SOLO) ~= 0 then
        contents[#contents + 1] = nid
      else
        dropped[#dropped + 1] = id
        release(nid, flags)
      end
    end
    if provider ~= NULL and message ~= NULL then
      found[#found + 1] = provider_id(provider, message)
      found[#found + 1] = id
    end
    row = spack(HEAD, to, route, priority, flags, 0, attempts - 1 + spends, token, nonce, due, deadline,
      now, sunpack('<d', row, 42)) .. sub(row, 50, tail - 1) .. reason .. provider .. message
    current[id] = row
    written[#written + 1] = id
    written[#written + 1] = row
  elseif byte(row, 1) ~= to or sunpack('<I4', row, 10) ~= token or sunpack('<I4', row, 14) ~= nonce then
    refused[#refused + 1] = i - 1
    if attempt ~= '' then
      log_attempt(id, attempt, true)
      row = sub(row, 1, 3) .. string.char(bor(byte(row, 4), ATTEMPTS)) .. sub(row, 5)
      current[id] = row
      written[#written + 1] = id
      written[#written + 1] = row
    end
  end
end

many('HSET', ROWS, written)
many('HDEL', ADDRESSES, dropped)
many('HDEL', NOTIFICATIONS, contents)
many('HSET', PROVIDER_IDS, found)
if #settled > 0 then
  note_settled(table.concat(settled))
end
for route, list in pairs(freed) do
  many('ZREM', leases(route), list)
end
for key, list in pairs(waiting) do
  many('ZADD', key, list)
end
return refused
