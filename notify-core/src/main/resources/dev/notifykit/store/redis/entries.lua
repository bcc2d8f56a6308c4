-- Lists a recipient's inbox. KEYS: ids in order, entries, times of reading. ARGV: only ids before this one,
-- or empty; at most how many. Returns id, entry, and time of reading or empty, of each.
local ids, entries, read = KEYS[1], KEYS[2], KEYS[3]
local out, limit = {}, tonumber(ARGV[2])
local before = ARGV[1] == '' and '+' or '(' .. ARGV[1]
while #out < 3 * limit do
  local page = redis.call('ZREVRANGEBYLEX', ids, before, '-', 'LIMIT', 0, limit)
  if #page == 0 then
    break
  end
  local texts = redis.call('HMGET', entries, unpack(page))
  local times = redis.call('HMGET', read, unpack(page))
  for i = 1, #page do
    if texts[i] and #out < 3 * limit then
      out[#out + 1] = page[i]
      out[#out + 1] = texts[i]
      out[#out + 1] = times[i] or ''
    end
  end
  before = '(' .. page[#page]
end
return out
