-- wrk script: wrk -s leads.lua URL -- KIND TOKEN SAMPLES. KIND is read, list, search or create; SAMPLES holds lines "id<TAB>words"
-- of the leads loaded. Requests are made before the clock starts, so that the client's own work stays small.
local path = "/api/v1/leads"
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

local function encode(text)
  return (text:gsub("[^%w]", function(c) return string.format("%%%02X", c:byte()) end))
end

local make = {
  read = function(id) return wrk.format("GET", path .. "/" .. id) end,
  list = function()
    local status = ({ "NEW", "CONTACTED", "QUALIFIED", "UNQUALIFIED", "LOST" })[math.random(5)]
    return wrk.format("GET", string.format("%s?status=%s&value%%5Bgte%%5D=%d&sort=-createdAt&take=50&count=none", path, status, math.random(0, 60) * 100))
  end,
  search = function(_, words) return wrk.format("GET", path .. "?search=" .. encode(words)) end,
  create = function(_, words)
    local body = string.format('{"name":"%s","email":"lead%d@example.com","phone":"+44 20 7946 %04d","company":"%s Ltd","jobTitle":"Buyer","status":"NEW","source":"WEBSITE",'
      .. '"value":{"amount":%d.50,"currency":"EUR"},"score":%d,"notes":"Asked for an offer of %d seats.","tags":["fair","2026"]}',
      words:gsub('"', ""), math.random(1e6), math.random(0, 9999), words:match("%S+$") or "Nova", math.random(100, 90000), math.random(0, 100), math.random(5, 200))
    return wrk.format("POST", path, nil, body)
  end,
}

local requests, at = {}, 0

function init(args)
  local kind = args[1]
  math.randomseed(number * 7919)
  wrk.headers["Authorization"] = "Bearer " .. args[2]
  if kind == "create" then wrk.headers["Content-Type"] = "application/json" end
  for line in io.lines(args[3]) do
    local id, words = line:match("^([^\t]+)\t(.+)$")
    requests[#requests + 1] = make[kind](id, words)
  end
  at = math.random(#requests)
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %.0f %.0f %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
