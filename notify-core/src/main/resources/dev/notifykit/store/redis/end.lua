-- Ends deliveries that wait, and no others. ARGV: epoch, state, reason, then ids. Returns id, state
-- before and row of each change.
local to, reason, out = tonumber(ARGV[2]), ARGV[3], {}
reason = reason == '' and NULL or encoded(reason)
for i = 4, #ARGV do
  local id = ARGV[i]
  local row = call('HGET', DATA, id)
  if row and is_waiting(byte(row, 1)) then
    local r = parse(row)
    local before = r.state
    unpark(id, r)
    retire(id, r, to, reason)
    out[#out + 1] = id
    out[#out + 1] = before
    out[#out + 1] = save(id, r)
  end
end
return out
