-- Appends what most sends are, so that these need none of what follows: one notification with one delivery,
-- new, due, and in need of no tokens; see appending.lua for the arguments and base.lua for the formats. What
-- is handed off is a claimed row, not a lot. Whatever else is met is left to what follows, before anything
-- is written.
local lone
if #ARGV == 14 and ARGV[5] == '0' and ARGV[11] ~= '' then
  local call, sub, byte, spack, sunpack = redis.call, string.sub, string.byte, struct.pack, struct.unpack
  local B = KEYS[1]
  if call('GET', B .. 'epoch') ~= ARGV[1] then
    return redis.error_reply('NOTIFYEPOCH the data is not what it was')
  end
  local id, entry, text, name, meta, person = ARGV[6], ARGV[7], ARGV[8], ARGV[12], ARGV[13], ARGV[14]
  local nid = sub(meta, 1, 16)

  -- What restricts it.
  local is_new, asked, at = name ~= '' or call('HEXISTS', B .. 'd', id) == 0, ARGV[4], 1
  while is_new and at <= #asked do
    local fields, last = {}, at + 1 + sunpack('<H', asked, at)
    local key = sub(asked, at + 2, last)
    local count = sunpack('<H', asked, last + 1)
    at = last + 3
    for i = 1, count do
      last = at + 1 + sunpack('<H', asked, at)
      fields[i] = sub(asked, at + 2, last)
      at = last + 1
    end
    local found = key == '' and call('MGET', unpack(fields)) or call('HMGET', key, unpack(fields))
    for i = 1, count do
      is_new = is_new and not found[i]
    end
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
    if name ~= '' then
      call('ZADD', B .. 'y', string.format('%.0f', until_when), spack('<H', #name) .. name)
    end
    local latest = call('HGET', B .. 'r', person) or string.rep('\0', 16)
    call('HSET', B .. 'r', person, id)
    local route, priority, flags = byte(entry, 1, 3)
    local queue = B .. 'w' .. route .. ':'
    local now_score, first = nil, 3 -- the first priority of which something is due
    if call('EXISTS', queue .. '0', queue .. '1', queue .. '2') > 0 then
      now_score = string.format('%.0f', now)
      for p = 0, 2 do
        if #call('ZRANGEBYSCORE', queue .. p, '-inf', now_score, 'LIMIT', 0, 1) > 0 then
          first = p
          break
        end
      end
    end
    local state, attempts, token, deadline = '\1', 0, 0, 0
    if priority < first and sunpack('<H', ARGV[3], 2 * route + 1) > 0 then
      state, attempts, token, deadline = '\2', 1, 1, now + ARGV[2]
      out[2] = -2
      call('ZADD', B .. 'l' .. route, string.format('%.0f', deadline), id)
    else
      call('ZADD', queue .. priority, now_score or string.format('%.0f', now), id)
      if bit.band(flags, 2) ~= 0 then
        call('ZADD', B .. 'x', string.format('%.0f', sunpack('<d', entry, 4)), id)
      end
      if first == 3 then
        redis.pcall('PUBLISH', B .. 'work', route)
      end
    end
    call('HSET', B .. 'n', nid, sub(text, 5))
    call('HSET', B .. 'd', id, state .. sub(entry, 1, 3) .. spack('<BI4dI4ddd', 0, attempts, token, 0, now,
      deadline, now) .. sub(entry, 4) .. '\255\255\255\255\255\255' .. latest)
    if time[2] % 16 > 0 then
      return out
    end
    lone = out -- so one in sixteen goes on, to forget event ids; see appending.lua
  end
end
