-- Lists a recipient's deliveries, the latest first. ARGV: epoch; tenant and recipient as rows have them; where
-- to go on, or empty to start; at most how many. Returns where to go on, empty at the end, and ids.
--
-- Each delivery names the one before it. What would be lost to this when one in between is purged is in a
-- set of its own, and comes last. Where to go on is 1 and an id of the first kind, or 2 and one of the second.
local person, from, most = ARGV[2], ARGV[3], tonumber(ARGV[4])
local out = {''}
if from == '' then
  local latest = call('HGET', PEOPLE, LATEST .. person)
  from = latest and '\1' .. latest or '\2'
end
while byte(from) == 1 and #out <= most do
  local id = sub(from, 2)
  local row = row_of(call('HGET', DATA, id))
  if row then
    out[#out + 1] = id
    from = sub(row, -16) == NOBODY and '\2' or '\1' .. sub(row, -16)
  else
    from = '\2'
  end
end
if byte(from) == 2 and #out <= most then
  local before = from == '\2' and '+' or '(' .. sub(from, 2)
  local rest = call('ZREVRANGEBYLEX', astray(person), before, '-', 'LIMIT', 0, most - #out + 1)
  for i = 1, #rest do
    out[#out + 1] = rest[i]
  end
  from = #out > most and '\2' .. out[#out] or ''
end
out[1] = from
return out
