-- Ends those of the lots in accepting.lua that have deliveries of notifications with several.
for i = 1, #shared do
  release_shared((lot_of(reference(shared[i], 0))))
  close_lot(shared[i], true)
end
return refused
