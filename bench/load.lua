-- The load of one window, for wrk: the requests of a file, one after the other.
-- Its argument is the file, whose requests are separated by NUL.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(arguments)
  local file = assert(io.open(arguments[1], 'rb'))
  requests = {}
  for text in file:read('*a'):gmatch('[^%z]+') do requests[#requests + 1] = text end
  file:close()
  -- wrk asks for one request before it starts, and drops it.
  sent = -1
end

function request()
  sent = sent + 1
  return requests[sent % #requests + 1]
end

-- wrk counts answers; the server also works on requests that are under way when the window ends.
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"sent":%d,"answered":%d,"microseconds":%d,"refused":%d,"failed":%d,"p50":%d,"p99":%d}\n',
    threads[1]:get('sent'), summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
