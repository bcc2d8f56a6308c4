-- Token buckets: what TokenBucket computes, in whole nanoseconds. A double does not hold today's date
-- in nanoseconds, so times are pairs of seconds and nanoseconds. A bucket's state is the time at which
-- it would be full again; its key expires then.
local LONGEST_WAIT = 3650 * 86400 * 1000000

local clock = redis.call('TIME')
local now_s, now_n = clock[1] + 0, clock[2] * 1000

local function plus(s, n, ds, dn)
  n = n + dn
  s = s + ds
  local carry = math.floor(n / 1000000000)
  return s + carry, n - carry * 1000000000
end

local function is_after(s, n, other_s, other_n)
  return s > other_s or (s == other_s and n > other_n)
end

-- Reads buckets from pairs of arguments: a key, and the interval and the burst.
local function read_buckets(first, count)
  local keys, buckets = {}, {}
  for i = 1, count do
    keys[i] = ARGV[first + 2 * i - 2]
    local b = {key = keys[i]}
    b.interval_s, b.interval_n, b.burst_s, b.burst_n = struct.unpack('<dddd', ARGV[first + 2 * i - 1])
    buckets[i] = b
  end
  if count > 0 then
    local states = redis.call('MGET', unpack(keys))
    for i = 1, count do
      local b = buckets[i]
      b.s, b.n = now_s, now_n
      if states[i] then
        local s, n = struct.unpack('<dd', states[i])
        if is_after(s, n, now_s, now_n) then
          b.s, b.n = s, n
        end
      end
    end
  end
  return buckets
end

-- Returns the seconds and nanoseconds that a state is beyond what the bucket allows, or nil.
local function excess(b, s, n)
  local most_s, most_n = plus(now_s, now_n, b.burst_s, b.burst_n)
  if not is_after(s, n, most_s, most_n) then
    return nil
  end
  s, n = s - most_s, n - most_n
  if n < 0 then
    s, n = s - 1, n + 1000000000
  end
  return s, n
end

-- Takes a delivery's tokens, all or none: charges are pairs of a bucket's number from 0 (2 bytes) and
-- whether to drop (1 byte). Returns the microseconds to wait, 0 for none, or nil to drop.
local function admit(buckets, charges, at)
  local before, longest = {}, 0
  for i = at, #charges, 3 do
    local number, drops = struct.unpack('<HB', charges, i)
    local b = buckets[number + 1]
    local s, n = plus(b.s, b.n, b.interval_s, b.interval_n)
    before[#before + 1] = {b, b.s, b.n}
    b.s, b.n, b.changed = s, n, true
    local wait_s, wait_n = excess(b, s, n)
    if wait_s then
      local wait = wait_s * 1000000 + math.ceil(wait_n / 1000)
      if drops == 1 or wait > LONGEST_WAIT then
        for j = #before, 1, -1 do
          before[j][1].s, before[j][1].n = before[j][2], before[j][3]
        end
        return nil
      end
      longest = math.max(longest, wait)
    end
  end
  return longest
end

local function write_bucket(b)
  local full = b.s * 1000 + math.ceil(b.n / 1000000) + 1
  redis.call('SET', b.key, struct.pack('<dd', b.s, b.n), 'PXAT', string.format('%.0f', full))
end
