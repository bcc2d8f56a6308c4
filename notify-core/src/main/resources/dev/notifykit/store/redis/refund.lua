-- Gives tokens back that were taken for what was not stored. ARGV: how many buckets, these, then how the
-- draw left each, then the charges. A bucket that is not as the draw left it keeps its tokens: whoever came
-- later was judged with them gone.
local count = tonumber(ARGV[1])
local buckets = read_buckets(2, count)
for i = 1, count do
  buckets[i].is_untouched = struct.pack('<dd', buckets[i].s, buckets[i].n) == ARGV[1 + 2 * count + i]
end
for i = 2 + 3 * count, #ARGV do
  for at = 1, #ARGV[i], CHARGE do
    local b = buckets[struct.unpack('<H', ARGV[i], at) + 1]
    if b.is_untouched then
      b.s, b.n = plus(b.s, b.n, -b.interval_s, -b.interval_n)
      b.changed = true
    end
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
