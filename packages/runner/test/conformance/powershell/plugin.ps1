. "$env:MILLRACE_PACKAGE/MillracePlugin.ps1"

Start-MillracePlugin @{
    echo        = { param($in) , $in }
    progress    = { param($in, $context) $context.Progress(0.5, 'half'); $context.Log('a warning', 'warn') }
    wait        = { Start-Sleep 30 }
    business    = { throw [BusinessError]::new('no_street', 'There is no such street') }
    application = { throw [ApplicationError]::new('try_later', 'Not now') }
    fail        = { throw 'boom' }
    files       = {
        param($in, $context)
        $directory = $context.Data.directory
        $text = [System.IO.File]::ReadAllText("$directory/in.txt")
        [System.IO.File]::WriteAllText("$directory/out.txt", $text.ToUpperInvariant())
    }
    stray       = { [Console]::Write('stray without end'); [Console]::WriteLine("`nstray line"); @{ printed = $true } }
    big         = { param($in) 'x' * $in.size }
    crash       = { [Environment]::Exit(3) }
    context     = {
        param($in, $context)
        $data = $context.Data
        @{ job = $data.job; attempt = $data.attempt; language = $data.config.language; key = $data.secrets.key.Length }
    }
}
