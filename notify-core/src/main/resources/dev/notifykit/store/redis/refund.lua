-- Gives tokens back that a repeat took. ARGV: how many buckets, these, then the charges.
local count = tonumber(ARGV[1])
local buckets = read_buckets(2, count)
for i = 2 + 2 * count, #ARGV do
  for at = 1, #ARGV[i], 3 do
    local b = buckets[struct.unpack('<H', ARGV[i], at) + 1]
    b.s, b.n = plus(b.s, b.n, -b.interval_s, -b.interval_n)
    b.changed = true
  end
end
for i = 1, count do
  if buckets[i].changed then
    if is_after(buckets[i].s, buckets[i].n, now_s, now_n) then
      write_bucket(buckets[i])
    else
      redis.call('DEL', buckets[i].key)
    end
  end
end
return 0
