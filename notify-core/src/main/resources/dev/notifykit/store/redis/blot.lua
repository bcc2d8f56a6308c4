-- Erases addresses of deliveries and contents of notifications. ARGV: epoch, what they are replaced by,
-- how many deliveries, their ids, then ids of notifications.
local erased, count = ARGV[2], tonumber(ARGV[3])
local address_of = {}
for i = 4, 3 + count do
  local id = ARGV[i]
  local ref = call('HGET', DATA, id)
  local row = row_of(ref)
  if row and is_reference(ref) then
    take_out_as(id, ref, row)
    call('HSET', DATA, id, row)
  end
  if row and band(byte(row, 4), SOLO) ~= 0 then
    local nid = sub(row, 54, 69)
    local content = call('HGET', DATA, nid .. CONTENT)
    if content then
      local _, at = raw(content, 1)
      address_of[nid] = encoded(erased)
      call('HSET', DATA, nid .. CONTENT, address_of[nid] .. sub(content, at))
    end
  elseif call('HEXISTS', ADDRESSES, id) == 1 then
    call('HSET', ADDRESSES, id, erased)
  end
end
for i = 4 + count, #ARGV do
  local content = call('HGET', DATA, ARGV[i] .. CONTENT)
  if content then
    local address = address_of[ARGV[i]] or ''
    call('HSET', DATA, ARGV[i] .. CONTENT, address .. raw(content, #address + 1) .. erased)
  end
end
return 0
