-- The plugin side of Millrace for Lua 5.3 or newer. One file, no dependency. The contract stands in
-- docs/guide/plugins.md.
--
--   local millrace = dofile(os.getenv("MILLRACE_PACKAGE") .. "/millrace_plugin.lua")
--   millrace.serve({ greet = function(input, context) return { text = "Hello " .. input.name } end })
local millrace = {}

--- JSON's null, which a Lua table cannot hold.
millrace.null = setmetatable({}, { __tostring = function() return "null" end })

--- Marks a table as a list, which an empty one does not show.
function millrace.list(items)
  return setmetatable(items or {}, { __name = "list" })
end

local function is_list(value)
  local mark = getmetatable(value)
  return #value > 0 or (mark ~= nil and mark.__name == "list")
end

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function quote(text)
  local escaped = text:gsub('[%c"\\]', function(character)
    return escapes[character] or string.format("\\u%04x", character:byte())
  end)
  return '"' .. escaped .. '"'
end

--- A value as JSON text.
function millrace.encode(value)
  local kind = type(value)
  if value == nil or value == millrace.null then return "null" end
  if kind == "boolean" then return tostring(value) end
  if kind == "string" then return quote(value) end
  if kind == "number" then
    if math.type(value) == "integer" then return tostring(value) end
    if value ~= value or value == math.huge or value == -math.huge then error("JSON has no such number") end
    return string.format("%.17g", value)
  end
  if kind ~= "table" then error("JSON has no " .. kind) end
  local parts = {}
  if is_list(value) then
    for index, item in ipairs(value) do parts[index] = millrace.encode(item) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  for name, item in pairs(value) do parts[#parts + 1] = quote(tostring(name)) .. ":" .. millrace.encode(item) end
  return "{" .. table.concat(parts, ",") .. "}"
end

local unescapes = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }

local function unquote(text, at)
  local parts = {}
  local from = at + 1
  while true do
    local stop = text:find('["\\]', from)
    if stop == nil then error("a text without an end") end
    parts[#parts + 1] = text:sub(from, stop - 1)
    if text:byte(stop) == 34 then return table.concat(parts), stop + 1 end
    local escape = text:sub(stop + 1, stop + 1)
    from = stop + 2
    if escape == "u" then
      local code = tonumber(text:sub(from, from + 3), 16)
      from = from + 4
      local low = text:match("^\\u([dD][c-fC-F]%x%x)", from)
      if code >= 0xD800 and code < 0xDC00 and low ~= nil then
        code = 0x10000 + ((code - 0xD800) << 10) + (tonumber(low, 16) - 0xDC00)
        from = from + 6
      end
      parts[#parts + 1] = utf8.char(code)
    else
      parts[#parts + 1] = unescapes[escape] or escape
    end
  end
end

local decode_at

local function skip(text, at)
  return text:find("[^ \t\r\n]", at)
end

local function decode_list(text, at)
  local list = millrace.list()
  at = skip(text, at + 1)
  if text:sub(at, at) == "]" then return list, at + 1 end
  while true do
    list[#list + 1], at = decode_at(text, at)
    at = skip(text, at)
    if text:sub(at, at) == "]" then return list, at + 1 end
    at = skip(text, at + 1)
  end
end

local function decode_object(text, at)
  local object = {}
  at = skip(text, at + 1)
  if text:sub(at, at) == "}" then return object, at + 1 end
  while true do
    local name
    name, at = unquote(text, at)
    at = skip(text, skip(text, at) + 1)
    object[name], at = decode_at(text, at)
    at = skip(text, at)
    if text:sub(at, at) == "}" then return object, at + 1 end
    at = skip(text, at + 1)
  end
end

function decode_at(text, at)
  local first = text:sub(at, at)
  if first == '"' then return unquote(text, at) end
  if first == "{" then return decode_object(text, at) end
  if first == "[" then return decode_list(text, at) end
  local word = text:match("^[%w%.%+%-]+", at) or error("no JSON at " .. at)
  at = at + #word
  if word == "true" then return true, at end
  if word == "false" then return false, at end
  if word == "null" then return millrace.null, at end
  return tonumber(word), at
end

--- The value that a JSON text says.
function millrace.decode(text)
  return (decode_at(text, skip(text, 1)))
end

--- The work cannot succeed as it is: `error(millrace.business_error("no_street", "There is no such street"))`.
function millrace.business_error(code, message)
  return { kind = "business", code = code, message = message or code, retry = false }
end

--- The work may succeed later.
function millrace.application_error(code, message)
  return { kind = "application", code = code, message = message or code, retry = true }
end

-- Messages go to the real standard output; whatever else prints there lands in the log.
local output = io.stdout

local function answer(message)
  output:write(millrace.encode(message), "\n")
  output:flush()
end

local function context_of(message)
  local context = message.context or {}
  context["function"] = message["function"]
  function context.progress(fraction, text)
    answer({ type = "progress", id = message.id, fraction = fraction, message = text or "" })
  end
  function context.log(text, level)
    answer({ type = "log", id = message.id, level = level or "info", message = tostring(text) })
  end
  return context
end

local function invoke(functions, message)
  local run = functions[message["function"]]
  if run == nil then
    local missing = "there is no function " .. message["function"]
    return { type = "error", id = message.id, error = millrace.business_error("function_unknown", missing) }
  end
  local context = context_of(message)
  local ok, result = xpcall(run, function(problem)
    if type(problem) == "table" and problem.kind ~= nil then return problem end
    io.stderr:write(debug.traceback(tostring(problem)), "\n")
    return millrace.application_error("failed", tostring(problem))
  end, message.input, context)
  if ok then return { type = "ok", id = message.id, output = result == nil and millrace.null or result } end
  return { type = "error", id = message.id, error = result }
end

--- Serves functions by name until the standard input ends, one invocation after the other. Lua cannot look whether a
--- message waits, so what is cancelled is ended by the host.
function millrace.serve(functions)
  io.output(io.stderr)
  print = function(...)
    local parts = table.pack(...)
    for index = 1, parts.n do parts[index] = tostring(parts[index]) end
    io.stderr:write(table.concat(parts, "\t"), "\n")
  end
  io.stdout = io.stderr
  for line in io.stdin:lines() do
    local message = millrace.decode(line)
    if message.type == "probe" then
      local names = millrace.list()
      for name in pairs(functions) do names[#names + 1] = name end
      table.sort(names)
      local name, version = os.getenv("MILLRACE_PACKAGE_NAME"), os.getenv("MILLRACE_PACKAGE_VERSION")
      local about = { name = name or "", version = version or "", protocol = 1, functions = names }
      answer({ type = "ok", id = message.id, output = about })
    elseif message.type == "invoke" then
      answer(invoke(functions, message))
    elseif message.type == "shutdown" then
      break
    end
  end
  os.exit(0, true)
end

return millrace
