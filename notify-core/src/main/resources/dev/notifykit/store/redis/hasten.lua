-- Makes a recipient's stand-ins due soon, as long as they wait for their time only and are due later.
-- ARGV: epoch, how soon in microseconds, tenant and recipient as rows have them, then ids. Returns the
-- route of each that is due earlier now.
local due, person, out = now + ARGV[2], ARGV[3], {}
for i = 4, #ARGV do
  local id = ARGV[i]
  local row = call('HGET', DATA, id)
  if row and is_waiting(byte(row, 1)) and band(byte(row, 4), STAND_IN) ~= 0 then
    local r = parse(row)
    local waits_for_time = r.state == SCHEDULED or r.reason == NULL
    if waits_for_time and r.due > due and sub(r.fixed, 19, 18 + #person) == person then
      r.due = due
      park(id, r)
      save(id, r)
      out[#out + 1] = r.route
    end
  end
end
return out
