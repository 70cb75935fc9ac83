<?php
require __DIR__ . "/millrace_plugin.php";

use Millrace\BusinessError;

function check_iban(object $input): array
{
    $text = strtoupper(str_replace(" ", "", $input->iban));
    if (!preg_match('/^[A-Z]{2}\d{2}[A-Z0-9]{10,30}$/D', $text)) {
        throw new BusinessError("no_iban", "{$input->iban} is no IBAN");
    }
    $remainder = 0;
    foreach (str_split(substr($text, 4) . substr($text, 0, 4)) as $character) {
        // A digit stands for itself, A for 10, Z for 35.
        $value = (int) base_convert($character, 36, 10);
        $remainder = ($remainder * ($value > 9 ? 100 : 10) + $value) % 97;
    }
    return ["valid" => $remainder === 1, "country" => substr($text, 0, 2)];
}

Millrace\serve(["check_iban" => check_iban(...)]);
