-- Takes up to ARGV[1] tokens from one bucket. Returns how many, and the seconds and nanoseconds until
-- there is one more.
local wanted = tonumber(ARGV[1])
local b = read_buckets(2, 1)[1]
local room_s, room_n = plus(now_s - b.s, now_n - b.n, b.burst_s, b.burst_n)
local interval = b.interval_s * 1000000000 + b.interval_n
local n = math.max(0, math.min(wanted, math.floor((room_s * 1000000000 + room_n) / interval) + 1))
local s, ns
while true do
  s, ns = plus(b.s, b.n, n * b.interval_s, n * b.interval_n)
  if n == 0 or not excess(b, s, ns) then
    break
  end
  n = n - 1
end
if n > 0 then
  b.s, b.n = s, ns
  write_bucket(b)
end
local wait_s, wait_n
if n < wanted then
  wait_s, wait_n = excess(b, plus(b.s, b.n, b.interval_s, b.interval_n))
end
return {n, wait_s or 0, wait_n or 0}
