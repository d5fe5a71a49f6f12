-- wrk's side of script/bench.  Without arguments: plain requests.  With the
-- name of a list (a line a conversation: user, token, id) each request is a
-- text turn in a conversation where nobody else is waiting for an answer.

local free = {}		-- a queue of conversations
local head, tail = 1, 0
local requests = {}

local function put(id)
	tail = tail + 1
	free[tail] = id
end

local function next_turn()
	local id = free[head]
	if id == nil then
		error("more connections than conversations")
	end
	free[head] = nil
	head = head + 1
	return requests[id]
end

local function answered(status, headers, body)
	local id = body:match('"conversation_id":"([%x-]+)"')
	if status == 200 and id then
		put(id)
	else
		io.stderr:write("answer ", status, ": ", body, "\n")
	end
end

function init(args)
	if args[1] == nil then
		return
	end
	for line in io.lines(args[1]) do
		local user, token, id = line:match("(%S+) (%S+) (%S+)")
		requests[id] = wrk.format("POST", "/api/" .. user .. "/chat", {
			["Authorization"] = "Bearer " .. token,
			["Content-Type"] = "application/json",
		}, '{"message":"What do you think about lists on paper?",'
		    .. '"conversation_id":"' .. id .. '"}')
		put(id)
	end
	request, response = next_turn, answered
end

function done(summary, latency)
	local e = summary.errors
	io.write(string.format("\nturns=%d seconds=%.3f p50=%.3f p99=%.3f "
	    .. "errors=%d\n", summary.requests, summary.duration / 1e6,
	    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
	    e.connect + e.read + e.write + e.status + e.timeout))
end
