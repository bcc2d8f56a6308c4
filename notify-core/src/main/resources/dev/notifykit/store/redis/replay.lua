-- Makes a listed dead letter ready again. ARGV: epoch, id, what erased texts are replaced by. Returns
-- the row, or nothing if it is none or its address or content is gone.
local id, erased = ARGV[2], ARGV[3]
local row = call('HGET', DATA, id)
if not row or byte(row, 1) ~= DEAD then
  return {}
end
local r = parse(row)
local address = band(r.flags, SOLO) == 0 and call('HGET', ADDRESSES, id)
local content = call('HGET', DATA, r.nid .. CONTENT)
if content and band(r.flags, SOLO) ~= 0 then
  local encoded_address = raw(content, 1)
  address = sub(encoded_address, 3)
end
if not address or not content or address == erased or sub(content, -#erased) == erased then
  return {}
end
call('ZREM', dead_letters(r), id)
r.state, r.updated, r.due = READY, now, now
r.attempts, r.recoveries, r.flags = 0, 0, r.flags - band(r.flags, LISTED)
r.reason, r.provider, r.message = NULL, NULL, NULL
park(id, r)
wake(r.route)
return {save(id, r)}
