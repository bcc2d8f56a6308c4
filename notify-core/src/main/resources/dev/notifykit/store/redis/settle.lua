-- Ends claims. ARGV: epoch; a nonce of this call, so that repeating it after a lost connection changes
-- nothing; then for each settlement: id, token, state, whether the attempt is spent, delay, reason,
-- provider, message id; and the attempt to log, or empty. Returns the numbers, from 0, of those that
-- were refused because the claim was lost.
write_in_full_memory()
local nonce = tonumber(ARGV[2])
local ids = {}
for at = 3, #ARGV, 2 do
  ids[#ids + 1] = sub(ARGV[at], 1, 16)
end
local rows = fetch(DATA, ids)
local current, in_lot = {}, {}
for i = 1, #ids do
  current[ids[i]] = row_of(rows[i])
  in_lot[ids[i]] = is_reference(rows[i]) and rows[i]
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
  local token, to, spends, delay = sunpack('<dBBd', arg, 17)
  if not row then
    refused[#refused + 1] = i - 1
  elseif byte(row, 1) == CLAIMED and sunpack('<d', row, 10) == token then
    if in_lot[id] then
      take_out(id, in_lot[id])
      in_lot[id] = nil
    end
    local route, priority, flags = byte(row, 2, 4)
    local attempts = sunpack('<I4', row, 6)
    local tail = 72 + sunpack('<H', row, 70)
    local reason, after = raw(arg, 35)
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
        add(waiting, EXPIRING, score(sunpack('<d', row, 46)), id)
      end
    elseif to == UNKNOWN then
      due = sunpack('<d', row, 22)
      deadline = now + delay
      add(waiting, UNKNOWNS, score(deadline), id)
    elseif to == DEAD then
      flags = bor(flags, LISTED)
      add(waiting, B .. 'k' .. route .. ':' .. sub(raw(row, 72), 3), '0', id)
    else
      settled[#settled + 1] = id
      local nid = sub(row, 54, 69)
      if band(flags, SOLO) ~= 0 then
        contents[#contents + 1] = nid .. CONTENT
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
      now, sunpack('<d', row, 46)) .. sub(row, 54, tail - 1) .. reason .. provider .. message .. sub(row, -16)
    current[id] = row
    written[#written + 1] = id
    written[#written + 1] = row
  elseif byte(row, 1) ~= to or sunpack('<d', row, 10) ~= token or sunpack('<I4', row, 18) ~= nonce then
    refused[#refused + 1] = i - 1
    if attempt ~= '' then
      log_attempt(id, attempt, true)
      if in_lot[id] then
        take_out_as(id, in_lot[id], row)
        in_lot[id] = nil
      end
      row = sub(row, 1, 3) .. string.char(bor(byte(row, 4), ATTEMPTS)) .. sub(row, 5)
      current[id] = row
      written[#written + 1] = id
      written[#written + 1] = row
    end
  end
end

many('HSET', DATA, written)
many('HDEL', ADDRESSES, dropped)
many('HDEL', DATA, contents)
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
