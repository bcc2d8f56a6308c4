-- Appends what most sends are, so that these need none of what follows: one notification with one delivery,
-- new, due, and in need of no tokens; see appending.lua for the arguments and base.lua for the formats. What
-- is handed off is a claimed row, not a lot. Whatever else is met is left to what follows, before anything
-- is written.
local lone
if #ARGV == 14 and ARGV[5] == '0' and ARGV[11] ~= '' then
  -- Numbers go into commands as they are: Redis writes all digits of a whole one.
  local call, sub, byte, spack, sunpack = redis.call, string.sub, string.byte, struct.pack, struct.unpack
  local B = KEYS[1]
  local DATA, PEOPLE = B .. 'd', B .. 'p'
  local id, entry, text, name, meta, latest = ARGV[6], ARGV[7], ARGV[8], ARGV[12], ARGV[13], ARGV[14]
  local nid = sub(meta, 1, 16)

  -- What restricts it is mostly among PEOPLE, so that one command reads it with the rest.
  local fields, is_new, asked, at = {'epoch', latest}, name ~= '' or call('HEXISTS', DATA, id) == 0, ARGV[4], 1
  while at <= #asked do
    local last = at + 1 + sunpack('<H', asked, at)
    local key, many = sub(asked, at + 2, last), sunpack('<H', asked, last + 1)
    local list = key == PEOPLE and fields or {}
    local n = #list
    at = last + 3
    for i = n + 1, n + many do
      last = at + 1 + sunpack('<H', asked, at)
      list[i] = sub(asked, at + 2, last)
      at = last + 1
    end
    if list ~= fields then
      local found = key == '' and call('MGET', unpack(list)) or call('HMGET', key, unpack(list))
      for i = 1, many do
        is_new = is_new and not found[i]
      end
    end
  end
  local found = call('HMGET', PEOPLE, unpack(fields))
  if found[1] ~= ARGV[1] then
    return redis.error_reply('NOTIFYEPOCH the data is not what it was')
  end
  for i = 3, #fields do
    is_new = is_new and not found[i]
  end

  local time = call('TIME')
  local now = time[1] * 1000000 + time[2]
  local until_when = now + sunpack('<d', meta, 25) * 1000
  if is_new
    and (name == '' or call('HSETNX', B .. 'e', name, sub(meta, 1, 24) .. spack('<d', until_when)) == 1) then
    local out = {now, 0, ''}
    if id ~= nid then
      call('HSET', B .. 'm', nid, id)
    end
    local route, priority, flags = byte(entry, 1, 3)
    local queue = B .. 'w' .. route .. ':'
    local first = 3 -- a priority of which something is due: its own, else the first
    if call('EXISTS', queue .. '0', queue .. '1', queue .. '2') > 0 then
      for _, p in ipairs({priority, 0, 1, 2}) do
        if #call('ZRANGEBYSCORE', queue .. p, '-inf', now, 'LIMIT', 0, 1) > 0 then
          first = p
          break
        end
      end
    end
    local state, attempts, token, deadline = '\1', 0, 0, 0
    if priority < first and sunpack('<H', ARGV[3], 2 * route + 1) > 0 then
      state, attempts, token, deadline = '\2', 1, 1, now + ARGV[2]
      out[2] = -2
      call('ZADD', B .. 'l' .. route, deadline, id)
    else
      call('ZADD', queue .. priority, now, id)
      if bit.band(flags, 2) ~= 0 then
        call('ZADD', B .. 'x', sunpack('<d', entry, 4), id)
      end
      if first == 3 then
        redis.pcall('PUBLISH', B .. 'work', route)
      end
    end
    local row = state .. sub(entry, 1, 3) .. spack('<BI4dI4ddd', 0, attempts, token, 0, now, deadline, now)
      .. sub(entry, 4) .. '\255\255\255\255\255\255' .. (found[2] or string.rep('\0', 16))
    call('HSET', PEOPLE, latest, id)
    call('HSET', DATA, id, row, nid .. 'n', sub(text, 5))
    if name ~= '' then
      call('ZADD', B .. 'y', until_when, spack('<H', #name) .. name)
    end
    if time[2] % 16 > 0 then
      return out
    end
    lone = out -- so one in sixteen goes on, to forget event ids; see appending.lua
  end
end
