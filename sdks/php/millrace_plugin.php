<?php
// The plugin side of Millrace for PHP. One file, no dependency. The contract stands in docs/guide/plugins.md.
//
//   require __DIR__ . "/millrace_plugin.php";
//   Millrace\serve(["greet" => fn($input, $context) => ["text" => "Hello {$input->name}"]]);
namespace Millrace;

/** The work cannot succeed as it is; it is not tried again. */
class BusinessError extends \Exception
{
    public function __construct(public readonly string $errorCode, string $message = "")
    {
        parent::__construct($message === "" ? $errorCode : $message);
    }
}

/** The work may succeed later. */
class ApplicationError extends \Exception
{
    public function __construct(
        public readonly string $errorCode,
        string $message = "",
        public readonly bool $retry = true,
    ) {
        parent::__construct($message === "" ? $errorCode : $message);
    }
}

/** What the host says of an invocation, and the ways to speak to it. */
class Context
{
    public function __construct(private object $message, private \Closure $answer, private \Closure $poll)
    {
    }

    /** `$context->get("job")`; objects come as objects, as from json_decode. */
    public function get(string $name): mixed
    {
        return $this->message->context->$name ?? null;
    }

    public function progress(float $fraction, string $message = ""): void
    {
        $id = $this->message->id;
        ($this->answer)(["type" => "progress", "id" => $id, "fraction" => $fraction, "message" => $message]);
    }

    public function log(string $message, string $level = "info"): void
    {
        ($this->answer)(["type" => "log", "id" => $this->message->id, "level" => $level, "message" => $message]);
    }

    /** Whether the host asked to stop; long work asks now and then. */
    public function cancelled(): bool
    {
        return ($this->poll)($this->message->id);
    }
}

/** The real standard output, for messages alone. What user code prints is kept from it and lands in the log. */
function output()
{
    static $output = null;
    return $output ??= fopen("php://stdout", "wb");
}

/** Serves functions by name until the standard input ends, one invocation after the other. */
function serve(array $functions): void
{
    ini_set("display_errors", "stderr");
    output();
    ob_start(function (string $text) {
        fwrite(STDERR, $text);
        return "";
    }, 1);
    $answer = function (array $message): void {
        $flags = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION;
        fwrite(output(), json_encode($message, $flags) . "\n");
        fflush(output());
    };
    $input = new Lines();
    $poll = function (string $id) use ($input): bool {
        return $input->wasCancelled($id);
    };
    while (($message = $input->next()) !== null) {
        if ($message->type === "probe") {
            $answer(["type" => "ok", "id" => $message->id, "output" => [
                "name" => (string) getenv("MILLRACE_PACKAGE_NAME"),
                "version" => (string) getenv("MILLRACE_PACKAGE_VERSION"),
                "protocol" => 1,
                "functions" => array_keys($functions),
            ]]);
        } elseif ($message->type === "invoke") {
            $answer(invoke($functions, $message, new Context($message, $answer, $poll)));
        } elseif ($message->type === "shutdown") {
            break;
        }
    }
}

function invoke(array $functions, object $message, Context $context): array
{
    try {
        if (!isset($functions[$message->function])) {
            throw new BusinessError("function_unknown", "there is no function {$message->function}");
        }
        $result = $functions[$message->function]($message->input ?? null, $context);
        return ["type" => "ok", "id" => $message->id, "output" => $result];
    } catch (BusinessError $error) {
        $described = ["business", $error->errorCode, false];
    } catch (ApplicationError $error) {
        $described = ["application", $error->errorCode, $error->retry];
    } catch (\Throwable $error) {
        fwrite(STDERR, $error . "\n");
        $described = ["application", "failed", true];
    }
    [$kind, $code, $retry] = $described;
    $body = ["kind" => $kind, "code" => $code, "message" => $error->getMessage(), "retry" => $retry];
    return ["type" => "error", "id" => $message->id, "error" => $body];
}

/** The messages of the standard input, which may be looked at while a function runs. */
class Lines
{
    private string $held = "";
    private array $waiting = [];
    private array $cancelled = [];
    private bool $ended = false;

    public function next(): ?object
    {
        while ($this->waiting === [] && !$this->ended) {
            $this->read(true);
        }
        return array_shift($this->waiting);
    }

    public function wasCancelled(string $id): bool
    {
        $this->read(false);
        return isset($this->cancelled[$id]);
    }

    private function read(bool $waits): void
    {
        stream_set_blocking(STDIN, $waits);
        $chunk = fread(STDIN, 65536);
        if ($waits && ($chunk === "" || $chunk === false) && feof(STDIN)) {
            $this->ended = true;
        }
        $this->held .= (string) $chunk;
        while (($end = strpos($this->held, "\n")) !== false) {
            $message = json_decode(substr($this->held, 0, $end), false, 512, JSON_THROW_ON_ERROR);
            $this->held = substr($this->held, $end + 1);
            if ($message->type === "cancel") {
                $this->cancelled[$message->id] = true;
            } else {
                $this->waiting[] = $message;
            }
        }
    }
}
