-- Changes a recipient's preferences, kept as JSON: c the choices, q the quiet hours, e whether erased.
-- ARGV: what to do, and with what.
local text = redis.call('GET', KEYS[1])
local set = text and cjson.decode(text) or {c = {}}
if ARGV[1] == 'choice' then
  set.c[ARGV[2]] = tonumber(ARGV[3])
elseif ARGV[1] == 'quiet' then
  set.q = ARGV[2] ~= '' and ARGV[2] or nil
elseif ARGV[1] == 'erase' then
  set = {c = {}, e = 1}
else
  set.e = nil
end
if next(set.c) or set.q or set.e then
  redis.call('SET', KEYS[1], cjson.encode(set))
else
  redis.call('DEL', KEYS[1])
end
return 0
