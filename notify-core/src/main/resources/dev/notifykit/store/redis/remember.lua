-- Remembers events that are stored elsewhere, unless they are remembered. ARGV: epoch; then of each: name; the
-- notification's id and its fingerprint; the window that is left in ms. Forgets as many others.
local names, written = {}, {}
for at = 2, #ARGV, 3 do
  names[#names + 1] = ARGV[at]
end
local values = fetch(EVENTS, names)
for i = 1, #names do
  if not known_of(values[i]) then
    written[#written + 1] = names[i]
    written[#written + 1] = remembered(names[i], ARGV[3 * i], tonumber(ARGV[3 * i + 1]))
  end
end
many('HSET', EVENTS, written)
note_remembered()
forget(2 * #names)
return 0
