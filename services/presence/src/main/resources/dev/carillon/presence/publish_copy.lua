-- Makes an owner's copy of a slot the one that the next owner finds, unless a later owner has been there.
-- KEYS[1] holds the epoch of the slot's copy. ARGV: the owner's epoch, what the keys of copies begin with, seconds to live.
local newest = tonumber(redis.call('GET', KEYS[1]) or '0')
if tonumber(ARGV[1]) < newest then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
if tonumber(ARGV[1]) > newest then
  redis.call('DEL', ARGV[2] .. string.format('%.0f', newest))
end
return 1
