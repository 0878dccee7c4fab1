/**
 * Scripts that Redis runs as one step, so that a killed process leaves no half-made change. KEYS: job, ranges, results,
 * saved, the list of open jobs, the sums over all jobs, the settings, the list of all jobs.
 */

/** Creates a job that is being sent. Unless it is opened, it expires soon. ARGV: seconds, then names and values of its fields. */
export const CREATE_JOB = `
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1`;

/**
 * Defines `openOf`, which returns how many open jobs a client may have, and the ids of those that it has, the oldest first. A
 * job with a damaged record belongs to no client.
 */
const OPEN_OF = `
local function openOf(client, prefix, limit)
  local own = { tonumber(redis.call('HGET', KEYS[7], 'clientLimit') or limit) }
  for _, id in ipairs(redis.call('ZRANGE', KEYS[5], 0, -1)) do
    local text = redis.call('HGET', prefix .. id, 'record')
    local isRead, record = pcall(cjson.decode, text or '')
    if isRead and type(record) == 'table' and record.client == client then own[#own + 1] = id end
  end
  return own
end`;

/**
 * Returns how many open jobs a client may have, and the ids of those that it has, the oldest first. ARGV: client, beginning of
 * the keys of jobs, default limit.
 */
export const OPEN_JOBS_OF: string = `${OPEN_OF}
return openOf(ARGV[1], ARGV[2], ARGV[3])`;

/**
 * Opens a job that was sent, unless its client has too many open jobs: then it returns their limit and their ids. It returns
 * "gone" if the job has expired. Removes the ids of other expired jobs from the list of all jobs. ARGV: client,
 * beginning of the keys of jobs, default limit, id, time of creation, seconds.
 */
export const OPEN_JOB: string = `${OPEN_OF}
local state = redis.call('HGET', KEYS[1], 'state')
if not state then return 'gone' end
if state ~= 'sending' then return 'open' end
local own = openOf(ARGV[1], ARGV[2], ARGV[3])
if #own > own[1] then return own end
redis.call('HSET', KEYS[1], 'state', 'open')
redis.call('EXPIRE', KEYS[1], ARGV[6])
redis.call('ZADD', KEYS[5], ARGV[5], ARGV[4])
redis.call('ZADD', KEYS[8], ARGV[5], ARGV[4])
for _, id in ipairs(redis.call('ZRANGE', KEYS[8], 0, -1)) do
  if redis.call('EXISTS', ARGV[2] .. id) == 0 then redis.call('ZREM', KEYS[8], id) end
end
return 'open'`;

/**
 * Defines `promised`, which returns three sizes: the memory that the queued ranges of all jobs will need for their
 * images, the part of it for this job, and the additional memory that active ranges can need, because their saved
 * states can be larger than their images. Ranges that no worker draws have no states.
 */
const PROMISED_OF = `
local function promised(active, prefix)
  local drawn = {}
  for _, name in ipairs(redis.call('LRANGE', active, 0, -1)) do
    local id = string.match(name, '^(.*)-') or ''
    drawn[id] = (drawn[id] or 0) + 1
  end
  local all, own, states = 0, 0, 0
  for _, id in ipairs(redis.call('ZRANGE', KEYS[5], 0, -1)) do
    local key = prefix .. id
    local fields = redis.call('HMGET', key, 'reserved', 'rangeBytes', 'stateBytes')
    local queued = (tonumber(fields[1] or 0) or 0) - redis.call('HLEN', key .. ':ranges')
    local range = tonumber(fields[2] or 0) or 0
    local bytes = queued * range
    if key == KEYS[1] then own = bytes end
    all = all + bytes
    states = states + (drawn[id] or 0) * math.max(0, (tonumber(fields[3] or 0) or 0) - range)
  end
  return all, own, states
end`;

/** Returns how much memory is promised to ranges in the queue, in bytes. ARGV: list of active ranges, beginning of the keys of jobs. */
export const PROMISED: string = `${PROMISED_OF}
local all, _, states = promised(ARGV[1], ARGV[2])
return all + states`;

/**
 * Reserves memory for ranges of an open job. It returns the number of ranges that were added to the queue, and the
 * number that are allowed there. The script itself reads the used memory, so that images that are stored meanwhile are
 * counted once.
 *
 * ARGV: list of active ranges, beginning of the keys of jobs, ranges of the job, ranges that are added together, most ranges
 * in the queue, memory for jobs in bytes.
 */
export const RESERVE_RANGES: string = `${PROMISED_OF}
if redis.call('HGET', KEYS[1], 'state') ~= 'open' then return { 0, 0 } end
local fields = redis.call('HMGET', KEYS[1], 'added', 'reserved', 'rangeBytes')
local added, reserved, range = tonumber(fields[1] or 0), tonumber(fields[2] or 0), tonumber(fields[3] or 0)
local queued = reserved - redis.call('HLEN', KEYS[2])
local more = math.min(tonumber(ARGV[3]) - reserved, tonumber(ARGV[4]))
if more > 0 and queued + more <= tonumber(ARGV[5]) then
  local all, own, states = promised(ARGV[1], ARGV[2])
  local used = tonumber(string.match(redis.call('INFO', 'memory'), 'used_memory:(%d+)'))
  local free = tonumber(ARGV[6]) - used - states - (all - own)
  local most = math.min(math.floor(free / range), math.max(1, math.floor(0.75 * free / range)))
  more = math.min(more, most - queued)
  if more > 0 then
    reserved = reserved + more
    redis.call('HSET', KEYS[1], 'reserved', reserved)
  end
end
return { added, reserved }`;

/**
 * Stores the images of a range, once. ARGV: range, by whom, images, number of ranges, id, seconds until the job expires,
 * number of images, milliseconds of drawing, the kind of processor if all images must come from one kind, otherwise "".
 */
export const FINISH_RANGE = `
local state = redis.call('HGET', KEYS[1], 'state')
if not state then return 'gone' end
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then return 'known' end
if state ~= 'open' then return state end
if ARGV[9] ~= '' then
  local kind = redis.call('HGET', KEYS[1], 'kind')
  if kind and kind ~= ARGV[9] then return 'other kind' end
  redis.call('HSET', KEYS[1], 'kind', ARGV[9])
end
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

/** Saves the state of a range that is not finished. ARGV: range, state, seconds, the kind that must draw the job or "". */
export const SAVE_RANGE = `
if ARGV[4] ~= '' and redis.call('HGET', KEYS[1], 'kind') ~= ARGV[4] then return 0 end
if redis.call('HGET', KEYS[1], 'state') ~= 'open' or redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then return 0 end
redis.call('HSET', KEYS[4], ARGV[1], ARGV[2])
for i = 1, 4 do redis.call('EXPIRE', KEYS[i], ARGV[3]) end
return 1`;

/**
 * Ends an open job as failed or cancelled, even if the memory is full. Its request, saved states and images are removed;
 * the remaining fields tell the client why the job ended. ARGV: state, reason, id.
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

/** Removes everything about a job, even if the memory is full, because this frees memory. ARGV: id. */
export const REMOVE_JOB = `#!lua flags=allow-oom
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
redis.call('ZREM', KEYS[5], ARGV[1])
redis.call('ZREM', KEYS[8], ARGV[1])
return 1`;

/** Claims an open job for a kind of processor, unless one has claimed it, and returns the kind. ARGV: kind. */
export const CLAIM_KIND = `
if redis.call('HGET', KEYS[1], 'state') ~= 'open' then return false end
redis.call('HSETNX', KEYS[1], 'kind', ARGV[1])
return redis.call('HGET', KEYS[1], 'kind')`;

/**
 * Claims an open job in place of another kind, unless a range is finished, and returns the kind. ARGV: the other kind, the
 * new one.
 */
export const TAKE_KIND = `
if redis.call('HGET', KEYS[1], 'state') ~= 'open' then return false end
if redis.call('HLEN', KEYS[2]) == 0 and redis.call('HGET', KEYS[1], 'kind') == ARGV[1] then
  redis.call('HSET', KEYS[1], 'kind', ARGV[2])
  redis.call('UNLINK', KEYS[4])
end
return redis.call('HGET', KEYS[1], 'kind')`;

/**
 * Says what an open job waits for, unless a worker draws one of its ranges. A range counts as drawn if it is held by a
 * worker that has not said that it cannot draw the job. BullMQ keeps the name of this worker in the field "pb" of the
 * range. The field "lacks:" of a worker has its latest note. The note of another worker stays while that worker is
 * connected, so that the notes of several workers do not replace each other. ARGV: note, who says that it cannot draw
 * the job, list of active ranges, beginning of the keys of ranges, beginning of the names of the job's ranges,
 * beginning of the keys of workers.
 */
export const SET_NOTE = `
if redis.call('HGET', KEYS[1], 'state') ~= 'open' then return 0 end
redis.call('HSET', KEYS[1], 'lacks:' .. ARGV[2], ARGV[1])
for _, name in ipairs(redis.call('LRANGE', ARGV[3], 0, -1)) do
  if string.sub(name, 1, #ARGV[5]) == ARGV[5] then
    local worker = redis.call('HGET', ARGV[4] .. ':' .. name, 'pb')
    if worker and redis.call('HEXISTS', KEYS[1], 'lacks:' .. worker) == 0 then return 0 end
  end
end
local note = redis.call('HGET', KEYS[1], 'note')
for _, field in ipairs(note and redis.call('HKEYS', KEYS[1]) or {}) do
  local worker = string.match(field, '^lacks:(.*)')
  if worker and worker ~= ARGV[2] and redis.call('HGET', KEYS[1], field) == note
    and redis.call('EXISTS', ARGV[6] .. worker) == 1 then return 0 end
end
redis.call('HSET', KEYS[1], 'note', ARGV[1])
return 1`;

/** Raises the number of ranges that were added to the queue, unless the job is gone. ARGV: number. */
export const RAISE_ADDED = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local added = tonumber(redis.call('HGET', KEYS[1], 'added') or '0')
if tonumber(ARGV[1]) > added then redis.call('HSET', KEYS[1], 'added', ARGV[1]) end
return 1`;

/**
 * Records that a worker is connected, even if the memory is full, and forgets the names of silent workers. KEYS: worker,
 * names of workers. ARGV: description, seconds, name.
 */
export const ANNOUNCE = `#!lua flags=allow-oom
local now = tonumber(redis.call('TIME')[1])
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
redis.call('ZADD', KEYS[2], now, ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. (now - ARGV[2]))
redis.call('EXPIRE', KEYS[2], ARGV[2])
return 1`;
