require_relative "millrace_plugin"

Millrace.serve(
  "echo" => ->(input, _) { input },
  "progress" => lambda { |_, context|
    context.progress(0.5, "half")
    context.log("a warning", "warn")
    nil
  },
  "wait" => lambda { |_, context|
    sleep 0.01 until context.cancelled?
    { "stopped" => true }
  },
  "business" => ->(*) { raise Millrace::BusinessError.new("no_street", "There is no such street") },
  "application" => ->(*) { raise Millrace::ApplicationError.new("try_later", "Not now") },
  "fail" => ->(*) { raise "boom" },
  "files" => lambda { |_, context|
    text = File.read(File.join(context["directory"], "in.txt"), encoding: "UTF-8")
    File.write(File.join(context["directory"], "out.txt"), text.upcase)
    nil
  },
  "stray" => lambda { |*|
    print "stray without end"
    puts "\nstray line"
    { "printed" => true }
  },
  "big" => ->(input, _) { "x" * input["size"] },
  "crash" => ->(*) { exit!(3) },
  "context" => lambda { |_, context|
    { "job" => context["job"], "attempt" => context["attempt"],
      "language" => context["config"]["language"], "key" => context["secrets"]["key"].length }
  }
)
