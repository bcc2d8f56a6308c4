-- Takes a dead letter off the list; address and content go. ARGV: epoch, id. Returns 1 if it was listed.
local id = ARGV[2]
local row = call('HGET', DATA, id)
if not row or byte(row, 1) ~= DEAD or band(byte(row, 4), LISTED) == 0 then
  return 0
end
local r = parse(row)
call('ZREM', dead_letters(r), id)
drop(id, r)
r.flags = r.flags - LISTED
note_settled(id)
save(id, r)
return 1
