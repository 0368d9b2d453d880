-- What autopath says of the frames in evidence.pcapng, as fields to filter by and to show as columns:
--
--   tshark -X lua_script:evidence.lua -r evidence.pcapng -Y 'autopath.instant == "restored"'
--   tshark -X lua_script:evidence.lua -r evidence.pcapng -T fields -e frame.time -e autopath.instant -e autopath.claim
--
-- In Wireshark: put it into the folder of personal Lua plugins (Help, About, Folders), and reload with Ctrl+Shift+L.
-- It reads the comments that autopath wrote, and nothing else: of other captures it says nothing. Lua 5.2 to 5.4.

local autopath = Proto("autopath", "autopath: what is based on this frame")

local source = ProtoField.string("autopath.source", "Capture")
local number = ProtoField.uint32("autopath.frame", "Frame in that capture", base.DEC)
local episode = ProtoField.uint32("autopath.episode", "Episode", base.DEC)
local instant = ProtoField.string("autopath.instant", "Instant")
local claim = ProtoField.string("autopath.claim", "Claim")
local says = ProtoField.string("autopath.says", "Says")
local finding = ProtoField.string("autopath.finding", "Finding")
autopath.fields = { source, number, episode, instant, claim, says, finding }

local comments = Field.new("frame.comment")

-- Adds what one line says; gives the number of its episode, if it names one.
local function add_line(tree, line)
  local name, of = line:match("^instant (%l+) %(episode (%d+)%)$")
  if name then
    tree:add(instant, name)
    return tonumber(of)
  end
  local id, words = line:match("^claim (%d+%.%d+): (.*)$")
  if id then
    tree:add(claim, id)
    tree:add(says, words)
    return tonumber(id:match("^%d+"))
  end
  local code = line:match("^finding (%u+%d+):")
  if code then
    tree:add(finding, code)
  end
  tree:add(says, line)
  return tonumber(line:match(" %(episode (%d+)%)$"))
end

local function add_comment(tree, text)
  local file, frame = text:match("^autopath: ([^\n]*) frame (%d+)\n")
  if not file then
    return
  end
  local mine = tree:add(autopath)
  mine:add(source, file)
  mine:add(number, tonumber(frame))
  local seen = {}
  for line in text:gmatch("\n([^\n]+)") do
    local of = add_line(mine, line)
    if of and not seen[of] then
      seen[of] = true
      mine:add(episode, of)
    end
  end
end

function autopath.dissector(_, _, tree)
  for _, comment in ipairs({ comments() }) do
    add_comment(tree, tostring(comment.value))
  end
end

register_postdissector(autopath)
