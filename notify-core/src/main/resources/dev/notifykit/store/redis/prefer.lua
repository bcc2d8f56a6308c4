-- Changes a recipient's preferences, kept as JSON: c the choices, q the quiet hours, e whether erased.
-- ARGV: whose, what to do, and with what.
local who, what = ARGV[1], ARGV[2]
local text = redis.call('HGET', KEYS[1], who)
local set = text and cjson.decode(text) or {c = {}}
if what == 'choice' then
  set.c[ARGV[3]] = tonumber(ARGV[4])
elseif what == 'quiet' then
  set.q = ARGV[3] ~= '' and ARGV[3] or nil
elseif what == 'erase' then
  set = {c = {}, e = 1}
else
  set.e = nil
end
if next(set.c) or set.q or set.e then
  redis.call('HSET', KEYS[1], who, cjson.encode(set))
else
  redis.call('HDEL', KEYS[1], who)
end
return 0
