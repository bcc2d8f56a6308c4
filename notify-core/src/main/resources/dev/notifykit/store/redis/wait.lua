-- Returns the seconds and nanoseconds until a bucket would give a token; takes none.
local b = read_buckets(1, 1)[1]
local wait_s, wait_n = excess(b, plus(b.s, b.n, b.interval_s, b.interval_n))
return {wait_s or 0, wait_n or 0}
