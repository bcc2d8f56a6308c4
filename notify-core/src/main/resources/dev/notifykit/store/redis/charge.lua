-- Takes the tokens of deliveries, each all or none, where the deliveries are in other slots. ARGV: how
-- many buckets, these, then the charges of each delivery. Returns the time; for each delivery the
-- microseconds to wait, or -1 to drop; then how each bucket is left, empty if more was taken than is there.
local count = tonumber(ARGV[1])
local buckets = read_buckets(2, count)
local clock = redis.call('TIME')
local out = {clock[1] * 1000000 + clock[2]}
for i = 2 + 2 * count, #ARGV do
  out[#out + 1] = admit(buckets, ARGV[i], 1) or -1
end
for i = 1, count do
  local b = buckets[i]
  out[#out + 1] = excess(b, b.s, b.n) and '' or struct.pack('<dd', b.s, b.n)
  if b.changed then
    write_bucket(b)
  end
end
return out
