-- Hands the copy of a slot to its next owner, once: from here on only that owner's writes count.
-- KEYS[1] holds the epoch of the slot's copy. ARGV: the next owner's epoch, what the keys of copies begin with, seconds to live.
-- Returns the fields and values of the copy; nothing when there is none or a later owner has taken it.
local epoch = tonumber(ARGV[1])
local newest = tonumber(redis.call('GET', KEYS[1]) or '0')
if epoch <= newest then
  return {}
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
local left = ARGV[2] .. string.format('%.0f', newest)
local copy = redis.call('HGETALL', left)
redis.call('DEL', left)
return copy
