-- Writes what most settlements of rows are, so that these need none of what follows: first answers, which
-- are acceptances, to claims that are not lost, with no attempt to log. See settle.lua for the arguments and
-- base.lua for the formats. Whatever else is met is left to what follows, before anything is written; so is to
-- compare the epoch, for where the rows are nothing was flushed.
do
  local call, sub, byte, spack, sunpack = redis.call, string.sub, string.byte, struct.pack, struct.unpack
  local B = KEYS[1]
  local DATA = B .. 'd'
  local CLAIMED, ACCEPTED, SOLO, NOTHING = 2, 5, 16, '\255\255\255\255\255\255'
  local ids, is_plain = {}, #ARGV > 2
  for at = 3, #ARGV, 2 do
    local arg = ARGV[at]
    local to, spends = byte(arg, 25, 26)
    ids[#ids + 1] = sub(arg, 1, 16)
    is_plain = is_plain and to == ACCEPTED and spends == 1 and ARGV[at + 1] == ''
  end

  local rows, tails = is_plain and call('HMGET', DATA, unpack(ids)), {}
  for i = 1, #ids do
    local row = is_plain and rows[i]
    is_plain = row and byte(row, 1) == CLAIMED and bit.band(byte(row, 4), SOLO) ~= 0
      and sunpack('<d', row, 10) == sunpack('<d', ARGV[2 * i + 1], 17)
    if is_plain then
      tails[i] = 72 + sunpack('<H', row, 70)
      is_plain = sub(row, tails[i], tails[i] + 5) == NOTHING
    end
  end

  if is_plain then
    local time = call('TIME')
    local now = time[1] * 1000000 + time[2]
    local nonce, written, contents, found, freed = tonumber(ARGV[2]), {}, {}, {}, {}
    for i = 1, #ids do
      local id, row, arg, n = ids[i], rows[i], ARGV[2 * i + 1], 2 * i
      written[n - 1], written[n] = id, string.char(ACCEPTED) .. sub(row, 2, 4) .. '\0' .. sub(row, 6, 17)
        .. spack('<I4ddd', nonce, 0, 0, now) .. sub(row, 46, tails[i] - 1) .. sub(arg, 35) .. sub(row, -16)
      contents[i] = sub(row, 54, 69) .. 'n'
      local leases = B .. 'l' .. byte(row, 2)
      local list = freed[leases] or {}
      freed[leases] = list
      list[#list + 1] = id
      local length = sunpack('<H', arg, 37)
      local message = 39 + (length == 65535 and 0 or length)
      if length ~= 65535 and sub(arg, message, message + 1) ~= '\255\255' then
        n = #found
        found[n + 1], found[n + 2] = sub(arg, 39, message - 1) .. '\0' .. sub(arg, message + 2), id
      end
    end
    call('HDEL', DATA, unpack(contents)) -- first, for full memory: see lot.lua
    call('HSET', DATA, unpack(written))
    call('RPUSH', B .. 'z', spack('<d', now) .. table.concat(ids))
    for leases, list in pairs(freed) do
      call('ZREM', leases, unpack(list))
    end
    if #found > 0 then
      call('HSET', B .. 'i', unpack(found))
    end
    return {}
  end
end
