# The plugin side of Millrace for Ruby. One file, no dependency. The contract stands in docs/guide/plugins.md.
#
#   require_relative "millrace_plugin"
#   Millrace.serve("greet" => ->(input, context) { { "text" => "Hello #{input["name"]}" } })
require "json"

module Millrace
  # The work cannot succeed as it is; it is not tried again.
  class BusinessError < StandardError
    attr_reader :code

    def initialize(code, message = code)
      super(message)
      @code = code
    end
  end

  # The work may succeed later.
  class ApplicationError < BusinessError
    attr_reader :retry

    def initialize(code, message = code, retry_it: true)
      super(code, message)
      @retry = retry_it
    end
  end

  # What the host says of an invocation (`context["job"]`), and the ways to speak to it.
  class Context
    def initialize(message, answer)
      @message = message
      @answer = answer
      @cancelled = false
    end

    def [](name) = (@message["context"] || {})[name]
    def function = @message["function"]
    def cancelled? = @cancelled
    def cancel = @cancelled = true

    def progress(fraction, message = "")
      @answer.call("type" => "progress", "id" => @message["id"], "fraction" => fraction, "message" => message)
    end

    def log(message, level = "info")
      @answer.call("type" => "log", "id" => @message["id"], "level" => level, "message" => message.to_s)
    end
  end

  # Serves functions by name until the standard input ends.
  def self.serve(functions)
    # Messages go to the real standard output; whatever else prints there lands in the log.
    out = $stdout.dup
    $stdout.reopen($stderr)
    out.sync = $stdout.sync = true
    lock = Mutex.new
    answer = ->(message) { lock.synchronize { out.write(JSON.generate(message) + "\n") } }
    running = {}
    $stdin.set_encoding("UTF-8")
    $stdin.each_line do |line|
      message = JSON.parse(line)
      id = message["id"]
      case message["type"]
      when "probe"
        answer.call("type" => "ok", "id" => id, "output" => {
          "name" => ENV["MILLRACE_PACKAGE_NAME"].to_s, "version" => ENV["MILLRACE_PACKAGE_VERSION"].to_s,
          "protocol" => 1, "functions" => functions.keys
        })
      when "invoke"
        context = running[id] = Context.new(message, answer)
        Thread.new do
          answer.call(invoke(functions, message, context))
          running.delete(id)
        end
      when "cancel" then running[id]&.cancel
      when "shutdown" then break
      end
    end
    exit!(0)
  end

  def self.invoke(functions, message, context)
    function = functions[message["function"]]
    raise BusinessError.new("function_unknown", "there is no function #{message["function"]}") if function.nil?
    { "type" => "ok", "id" => message["id"], "output" => function.call(message["input"], context) }
  rescue ApplicationError => error
    failure(message, "application", error.code, error.message, error.retry)
  rescue BusinessError => error
    failure(message, "business", error.code, error.message, false)
  rescue Exception => error
    warn(error.full_message(highlight: false))
    failure(message, "application", "failed", error.message, true)
  end

  def self.failure(message, kind, code, text, retry_it)
    error = { "kind" => kind, "code" => code, "message" => text, "retry" => retry_it }
    { "type" => "error", "id" => message["id"], "error" => error }
  end
end
