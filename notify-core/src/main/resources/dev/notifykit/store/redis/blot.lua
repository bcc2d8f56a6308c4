-- Erases addresses of deliveries and contents of notifications. ARGV: epoch, what they are replaced by,
-- how many deliveries, their ids, then ids of notifications.
local erased, count = ARGV[2], tonumber(ARGV[3])
for i = 4, 3 + count do
  if call('HEXISTS', ADDRESSES, ARGV[i]) == 1 then
    call('HSET', ADDRESSES, ARGV[i], erased)
  end
end
for i = 4 + count, #ARGV do
  local content = call('HGET', NOTIFICATIONS, ARGV[i])
  if content then
    call('HSET', NOTIFICATIONS, ARGV[i], raw(content, 1) .. erased)
  end
end
return 0
