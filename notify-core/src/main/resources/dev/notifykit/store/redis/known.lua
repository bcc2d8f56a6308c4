-- Tells what is remembered of events. ARGV: epoch, names. Returns for each the notification's id and its
-- fingerprint, or empty.
local out = fetch(EVENTS, {unpack(ARGV, 2)})
for i = 1, #out do
  out[i] = known_of(out[i]) or ''
end
return out
