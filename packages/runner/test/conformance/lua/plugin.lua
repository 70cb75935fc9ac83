local millrace = dofile(os.getenv("MILLRACE_PACKAGE") .. "/millrace_plugin.lua")

local function path(context, name)
  return context.directory .. "/" .. name
end

millrace.serve({
  echo = function(input) return input end,
  progress = function(_, context)
    context.progress(0.5, "half")
    context.log("a warning", "warn")
  end,
  wait = function()
    while true do os.execute("sleep 1") end
  end,
  business = function() error(millrace.business_error("no_street", "There is no such street")) end,
  application = function() error(millrace.application_error("try_later", "Not now")) end,
  fail = function() error("boom") end,
  files = function(_, context)
    local from = assert(io.open(path(context, "in.txt")))
    local to = assert(io.open(path(context, "out.txt"), "w"))
    to:write(from:read("a"):upper())
    from:close()
    to:close()
  end,
  stray = function()
    io.write("stray without end")
    print("\nstray line")
    return { printed = true }
  end,
  big = function(input) return ("x"):rep(input.size) end,
  crash = function() os.exit(3, false) end,
  context = function(_, context)
    local language, key = context.config.language, #context.secrets.key
    return { job = context.job, attempt = context.attempt, language = language, key = key }
  end,
})
