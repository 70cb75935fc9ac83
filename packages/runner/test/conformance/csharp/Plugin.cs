using System;
using System.Collections.Generic;
using System.IO;

static class Plugin
{
    static void Main()
    {
        MillracePlugin.Serve(new Dictionary<string, MillraceFunction>
        {
            { "echo", (input, context) => input },
            { "progress", Progress },
            { "wait", (input, context) =>
                MillraceJson.Object("stopped", context.Cancelled.WaitHandle.WaitOne(30000)) },
            { "business", (input, context) => { throw new BusinessError("no_street", "There is no such street"); } },
            { "application", (input, context) => { throw new ApplicationError("try_later", "Not now"); } },
            { "fail", (input, context) => { throw new InvalidOperationException("boom"); } },
            { "files", Files },
            { "stray", Stray },
            { "big", (input, context) => new string('x', (int)(double)MillraceJson.Member(input, "size")) },
            { "crash", (input, context) => { Environment.Exit(3); return null; } },
            { "context", (input, context) => MillraceJson.Object(
                "job", context.Get("job"),
                "attempt", context.Get("attempt"),
                "language", MillraceJson.Member(context.Get("config"), "language"),
                "key", ((string)MillraceJson.Member(context.Get("secrets"), "key")).Length) },
        });
    }

    static object Progress(object input, MillraceContext context)
    {
        context.Progress(0.5, "half");
        context.Log("warn", "a warning");
        return null;
    }

    static object Files(object input, MillraceContext context)
    {
        var directory = (string)context.Get("directory");
        var text = File.ReadAllText(Path.Combine(directory, "in.txt"));
        File.WriteAllText(Path.Combine(directory, "out.txt"), text.ToUpperInvariant());
        return null;
    }

    static object Stray(object input, MillraceContext context)
    {
        Console.Write("stray without end");
        Console.WriteLine("\nstray line");
        return MillraceJson.Object("printed", true);
    }
}
