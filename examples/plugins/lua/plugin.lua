local millrace = dofile(os.getenv("MILLRACE_PACKAGE") .. "/millrace_plugin.lua")

local function check_iban(input)
  local text = input.iban:gsub(" ", ""):upper()
  if not text:match("^%u%u%d%d[%u%d]+$") or #text < 14 or #text > 34 then
    error(millrace.business_error("no_iban", input.iban .. " is no IBAN"))
  end
  local remainder = 0
  for character in (text:sub(5) .. text:sub(1, 4)):gmatch(".") do
    -- A digit stands for itself, A for 10, Z for 35.
    local value = tonumber(character, 36)
    remainder = (remainder * (value > 9 and 100 or 10) + value) % 97
  end
  return { valid = remainder == 1, country = text:sub(1, 2) }
end

millrace.serve({ check_iban = check_iban })
