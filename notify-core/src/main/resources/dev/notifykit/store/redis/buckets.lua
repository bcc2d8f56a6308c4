-- Token buckets: what TokenBucket computes, in whole nanoseconds. A double does not hold today's date
-- in nanoseconds, so times are pairs of seconds and nanoseconds. A bucket's state is the time at which
-- it would be full again; its key expires then.
local CHARGE = 10 -- the bytes of one, see admit

local now_s, now_n

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
  if count == 0 then
    return {}
  end
  local clock = redis.call('TIME')
  now_s, now_n = clock[1] + 0, clock[2] * 1000
  local keys, buckets = {}, {}
  for i = 1, count do
    keys[i] = ARGV[first + 2 * i - 2]
    local b = {key = keys[i]}
    b.interval_s, b.interval_n, b.burst_s, b.burst_n = struct.unpack('<dddd', ARGV[first + 2 * i - 1])
    buckets[i] = b
  end
  for from = 1, count, 4000 do -- Lua gives a call at most about 8,000 arguments
    local states = redis.call('MGET', unpack(keys, from, math.min(from + 3999, count)))
    for i = 1, #states do
      local b = buckets[from + i - 1]
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
-- the longest wait in microseconds (a double), 0 to drop. Returns the microseconds to wait, 0 for none, or
-- nil to drop.
local function admit(buckets, charges, at)
  local before, longest = {}, 0
  for i = at, #charges, CHARGE do
    local number, longest_wait = struct.unpack('<Hd', charges, i)
    local b = buckets[number + 1]
    local s, n = plus(b.s, b.n, b.interval_s, b.interval_n)
    before[#before + 1] = {b, b.s, b.n}
    b.s, b.n, b.changed = s, n, true
    local wait_s, wait_n = excess(b, s, n)
    if wait_s then
      local wait = wait_s * 1000000 + math.ceil(wait_n / 1000)
      if wait > longest_wait then
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
