<?php
require __DIR__ . "/millrace_plugin.php";

use Millrace\{ApplicationError, BusinessError};

Millrace\serve([
    "echo" => fn($input) => $input,
    "progress" => function ($input, $context) {
        $context->progress(0.5, "half");
        $context->log("a warning", "warn");
    },
    "wait" => function ($input, $context) {
        while (!$context->cancelled()) {
            usleep(10_000);
        }
        return ["stopped" => true];
    },
    "business" => fn() => throw new BusinessError("no_street", "There is no such street"),
    "application" => fn() => throw new ApplicationError("try_later", "Not now"),
    "fail" => fn() => throw new RuntimeException("boom"),
    "files" => function ($input, $context) {
        $directory = $context->get("directory");
        file_put_contents("$directory/out.txt", strtoupper(file_get_contents("$directory/in.txt")));
    },
    "stray" => function () {
        echo "stray without end";
        echo "\nstray line\n";
        return ["printed" => true];
    },
    "big" => fn($input) => str_repeat("x", $input->size),
    "crash" => fn() => posix_exit(),
    "context" => fn($input, $context) => [
        "job" => $context->get("job"),
        "attempt" => $context->get("attempt"),
        "language" => $context->get("config")->language,
        "key" => strlen($context->get("secrets")->key),
    ],
]);

function posix_exit(): never
{
    exit(3);
}
