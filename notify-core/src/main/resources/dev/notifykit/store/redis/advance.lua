-- Moves a delivery on a provider's word. ARGV: epoch, id, state, reason, message id; the last two with
-- their lengths. Returns the state before and the row, or nothing.
write_in_full_memory()
local id, to, reason, message = ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5]
local ref = call('HGET', DATA, id)
local row = row_of(ref)
if not row then
  return {}
end
local r = parse(row)
local before = r.state
if before == UNKNOWN then
  call('ZREM', UNKNOWNS, id)
  retire(id, r, to, reason)
elseif before == ACCEPTED and to ~= ACCEPTED then
  if is_reference(ref) then
    take_out(id, ref)
  end
  r.state, r.reason, r.updated = to, reason, now
  note_settled(id)
else
  return {}
end
if message ~= NULL then
  if r.provider ~= NULL then
    if r.message ~= NULL then
      call('HDEL', PROVIDER_IDS, provider_id(r.provider, r.message))
    end
    call('HSET', PROVIDER_IDS, provider_id(r.provider, message), id)
  end
  r.message = message
end
return {before, save(id, r)}
