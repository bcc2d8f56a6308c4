-- Reads rows. ARGV: epoch, ids. Returns the row of each, empty where there is none.
local out = fetch(DATA, {unpack(ARGV, 2)})
for i = 1, #out do
  out[i] = row_of(out[i]) or ''
end
return out
