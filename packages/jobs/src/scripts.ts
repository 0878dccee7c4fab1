/**
 * Scripts that Redis runs as one step, so that a killed process leaves no half-made change. KEYS: job, ranges, results,
 * saved, the list of open jobs, the sums over all jobs.
 */

/** Creates a job. ARGV: id, time, seconds, then names and values of its fields. */
export const CREATE_JOB = `
redis.call('HSET', KEYS[1], unpack(ARGV, 4))
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('ZADD', KEYS[5], ARGV[2], ARGV[1])
return 1`;

/**
 * Stores the images of a range, once. ARGV: range, by whom, images, number of ranges, id, seconds until the job expires,
 * number of images, milliseconds of drawing.
 */
export const FINISH_RANGE = `
local state = redis.call('HGET', KEYS[1], 'state')
if not state then return 'gone' end
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then return 'known' end
if state ~= 'open' then return state end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('HSET', KEYS[3], ARGV[1], ARGV[3])
redis.call('HDEL', KEYS[4], ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSETNX', KEYS[1], 'began', now - ARGV[8])
redis.call('HSET', KEYS[1], 'latest', now)
redis.call('HINCRBY', KEYS[6], 'images', ARGV[7])
redis.call('HINCRBY', KEYS[6], 'ranges', 1)
redis.call('HINCRBY', KEYS[6], 'milliseconds', ARGV[8])
redis.call('HDEL', KEYS[1], 'note')
if redis.call('HLEN', KEYS[2]) == tonumber(ARGV[4]) then
  redis.call('HSET', KEYS[1], 'state', 'done')
  redis.call('ZREM', KEYS[5], ARGV[5])
end
for i = 1, 4 do redis.call('EXPIRE', KEYS[i], ARGV[6]) end
return 'stored'`;

/** Saves the state of a range that is not finished. ARGV: range, state, seconds. */
export const SAVE_RANGE = `
if redis.call('HGET', KEYS[1], 'state') ~= 'open' or redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then return 0 end
redis.call('HSET', KEYS[4], ARGV[1], ARGV[2])
for i = 1, 4 do redis.call('EXPIRE', KEYS[i], ARGV[3]) end
return 1`;

/**
 * Ends an open job as failed or cancelled, even if the memory is full. Its request, saved states and images are removed;
 * what is left tells the client why it ended. ARGV: state, reason, id.
 */
export const END_JOB = `#!lua flags=allow-oom
if redis.call('HGET', KEYS[1], 'state') ~= 'open' then return 0 end
redis.call('UNLINK', KEYS[3], KEYS[4])
redis.call('ZREM', KEYS[5], ARGV[3])
local kept = { record = true, state = true, added = true, began = true, latest = true }
for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
  if not kept[name] then redis.call('HDEL', KEYS[1], name) end
end
redis.call('HSET', KEYS[1], 'state', ARGV[1], 'reason', ARGV[2])
return 1`;

/** Sets a field of an open job, and returns its value. With "once", a value that is set stays. ARGV: name, value, "once" or "". */
export const SET_FIELD = `
if redis.call('HGET', KEYS[1], 'state') ~= 'open' then return false end
redis.call(ARGV[3] == 'once' and 'HSETNX' or 'HSET', KEYS[1], ARGV[1], ARGV[2])
return redis.call('HGET', KEYS[1], ARGV[1])`;

/** Raises the number of ranges that were added to the queue, unless the job is gone. ARGV: number. */
export const RAISE_ADDED = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local added = tonumber(redis.call('HGET', KEYS[1], 'added') or '0')
if tonumber(ARGV[1]) > added then redis.call('HSET', KEYS[1], 'added', ARGV[1]) end
return 1`;

/** Records that a worker is connected, even if the memory is full. KEYS: worker. ARGV: description, seconds. */
export const ANNOUNCE = `#!lua flags=allow-oom
return redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])`;
