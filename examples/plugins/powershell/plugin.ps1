. "$env:MILLRACE_PACKAGE/MillracePlugin.ps1"

Start-MillracePlugin @{
    check_iban = {
        param($in, $context)
        $text = $in.iban.Replace(' ', '').ToUpperInvariant()
        if ($text -cnotmatch '\A[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}\z') {
            throw [BusinessError]::new('no_iban', "$($in.iban) is no IBAN")
        }
        # A digit stands for itself, A for 10, Z for 35.
        $digits = -join ($text.Substring(4) + $text.Substring(0, 4)).ToCharArray().ForEach({
                if ($_ -le [char]'9') { [string]$_ } else { [string]([int]$_ - 55) }
            })
        @{ valid = ([bigint]::Parse($digits) % 97) -eq 1; country = $text.Substring(0, 2) }
    }
}
