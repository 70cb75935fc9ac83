# The plugin side of Millrace for PowerShell 7. One file, no dependency. The contract stands in docs/guide/plugins.md.
#
#   . "$env:MILLRACE_PACKAGE/MillracePlugin.ps1"
#   Start-MillracePlugin @{ greet = { param($in, $context) @{ text = "Hello $($in.name)" } } }

# The work cannot succeed as it is; it is not tried again.
class BusinessError : System.Exception {
    [string] $Code
    BusinessError([string] $code, [string] $message) : base($message) { $this.Code = $code }
}

# The work may succeed later.
class ApplicationError : System.Exception {
    [string] $Code
    ApplicationError([string] $code, [string] $message) : base($message) { $this.Code = $code }
}

# What the host says of an invocation ($context.Data.job), and the ways to speak to it.
class MillraceContext {
    [string] $Id
    [object] $Data
    [System.IO.TextWriter] $Output

    [void] Answer([hashtable] $message) {
        $this.Output.WriteLine((ConvertTo-Json $message -Depth 100 -Compress))
    }

    [void] Progress([double] $fraction, [string] $message) {
        $this.Answer(@{ type = 'progress'; id = $this.Id; fraction = $fraction; message = $message })
    }

    [void] Log([string] $message, [string] $level) {
        $this.Answer(@{ type = 'log'; id = $this.Id; level = $level; message = $message })
    }
}

# Serves functions by name until the standard input ends, one invocation after the other.
function Start-MillracePlugin([hashtable] $Functions) {
    $utf8 = [System.Text.UTF8Encoding]::new($false)
    $output = [System.IO.StreamWriter]::new([Console]::OpenStandardOutput(), $utf8)
    $output.AutoFlush = $true
    $output.NewLine = "`n"
    # Messages go to the real standard output; whatever else prints there lands in the log.
    [Console]::SetOut([Console]::Error)
    $reader = [System.IO.StreamReader]::new([Console]::OpenStandardInput(), $utf8)
    while ($null -ne ($line = $reader.ReadLine())) {
        $message = ConvertFrom-Json $line -Depth 100
        $context = [MillraceContext]@{ Id = $message.id; Data = $message.context; Output = $output }
        switch ($message.type) {
            'probe' {
                $about = @{ name = "$env:MILLRACE_PACKAGE_NAME"; version = "$env:MILLRACE_PACKAGE_VERSION" }
                $about += @{ protocol = 1; functions = @($Functions.Keys | Sort-Object) }
                $context.Answer(@{ type = 'ok'; id = $message.id; output = $about })
            }
            'invoke' { $context.Answer((Invoke-MillraceFunction $Functions $message $context)) }
            'shutdown' { return }
        }
    }
}

function Invoke-MillraceFunction([hashtable] $Functions, [object] $message, [MillraceContext] $context) {
    try {
        $function = $Functions[$message.function]
        if ($null -eq $function) {
            throw [BusinessError]::new('function_unknown', "there is no function $($message.function)")
        }
        return @{ type = 'ok'; id = $message.id; output = (& $function $message.input $context) }
    }
    catch {
        $problem = $_.Exception
        $known = $problem -is [BusinessError] -or $problem -is [ApplicationError]
        if (-not $known) { [Console]::Error.WriteLine(($_ | Out-String)) }
        $failure = @{
            kind    = if ($problem -is [BusinessError]) { 'business' } else { 'application' }
            code    = if ($known) { $problem.Code } else { 'failed' }
            message = $problem.Message
            retry   = $problem -isnot [BusinessError]
        }
        return @{ type = 'error'; id = $message.id; error = $failure }
    }
}
