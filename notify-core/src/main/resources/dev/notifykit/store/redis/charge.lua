-- Takes the tokens of deliveries, each all or none, where the deliveries are in other slots. ARGV: how
-- many buckets, these, then the charges of each delivery. Returns the time, and for each the microseconds to
-- wait, or -1 to drop.
local count = tonumber(ARGV[1])
local buckets = read_buckets(2, count)
local out = {now_s * 1000000 + now_n / 1000}
for i = 2 + 2 * count, #ARGV do
  out[#out + 1] = admit(buckets, ARGV[i], 1) or -1
end
for i = 1, count do
  if buckets[i].changed then
    write_bucket(buckets[i])
  end
end
return out
