-- Deletes what settled long ago. ARGV: epoch, age in microseconds, at most how many. Returns how many.
local ids = call('ZRANGEBYSCORE', SETTLED, '-inf', now - ARGV[2], 'LIMIT', 0, ARGV[3])
local rows = fetch(ROWS, ids)
local members, provider_ids = {}, {}
for i = 1, #ids do
  local row = rows[i]
  if row then
    local r = parse(row)
    call('ZREM', of_recipient(r.fixed), ids[i])
    if band(r.flags, ATTEMPTS) ~= 0 then
      call('UNLINK', B .. 't:' .. ids[i])
    end
    if r.provider ~= NULL and r.message ~= NULL then
      provider_ids[#provider_ids + 1] = provider_id(r.provider, r.message)
    end
    if band(r.flags, SOLO) ~= 0 then
      members[#members + 1] = r.nid
    elseif call('HINCRBY', COUNTS, r.nid .. 'r', -1) <= 0 then
      call('HDEL', COUNTS, r.nid .. 'r')
      members[#members + 1] = r.nid
    end
  end
end
many('HDEL', ROWS, ids)
many('HDEL', MEMBERS, members)
many('HDEL', PROVIDER_IDS, provider_ids)
many('ZREM', SETTLED, ids)
return #ids
