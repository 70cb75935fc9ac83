// The plugin side of Millrace for C# 6 or newer, on Mono or .NET. One file, no dependency. The contract stands in
// docs/guide/plugins.md. JSON is Dictionary<string, object>, List<object>, string, double, bool and null.
//
//   MillracePlugin.Serve(new Dictionary<string, MillraceFunction> { { "greet", (input, context) => ... } });
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

/// <summary>Does one thing. The context's token is cancelled when the host asks it to stop.</summary>
public delegate object MillraceFunction(object input, MillraceContext context);

/// <summary>The work cannot succeed as it is; it is not tried again.</summary>
public class BusinessError : Exception
{
    public readonly string Code;

    public BusinessError(string code, string message) : base(message) { Code = code; }
}

/// <summary>The work may succeed later.</summary>
public class ApplicationError : Exception
{
    public readonly string Code;

    public ApplicationError(string code, string message) : base(message) { Code = code; }
}

/// <summary>What the host says of an invocation, and the ways to speak to it.</summary>
public class MillraceContext
{
    public readonly CancellationTokenSource Stop = new CancellationTokenSource();
    readonly Dictionary<string, object> message;

    public MillraceContext(Dictionary<string, object> message) { this.message = message; }

    public CancellationToken Cancelled { get { return Stop.Token; } }

    /// <summary>Get("job"), Get("secrets").</summary>
    public object Get(string name)
    {
        return MillraceJson.Member(MillraceJson.Member(message, "context"), name);
    }

    public void Progress(double fraction, string text)
    {
        MillracePlugin.Answer("type", "progress", "id", message["id"], "fraction", fraction, "message", text);
    }

    public void Log(string level, string text)
    {
        MillracePlugin.Answer("type", "log", "id", message["id"], "level", level, "message", text);
    }
}

public static class MillracePlugin
{
    static readonly UTF8Encoding Utf8 = new UTF8Encoding(false);
    static readonly StreamWriter Output = new StreamWriter(Console.OpenStandardOutput(), Utf8);
    static readonly object Lock = new object();

    /// <summary>Serves functions by name until the standard input ends.</summary>
    public static void Serve(Dictionary<string, MillraceFunction> functions)
    {
        // Messages go to the real standard output; whatever else prints there lands in the log.
        var errors = new StreamWriter(Console.OpenStandardError(), Utf8) { AutoFlush = true };
        Console.SetOut(errors);
        Console.SetError(errors);
        var running = new Dictionary<string, MillraceContext>();
        var input = new StreamReader(Console.OpenStandardInput(), Utf8, false, 1 << 16);
        for (var line = input.ReadLine(); line != null; line = input.ReadLine())
        {
            var message = (Dictionary<string, object>)MillraceJson.Parse(line);
            var type = (string)message["type"];
            if (type == "shutdown") break;
            var id = (string)message["id"];
            if (type == "probe") Answer("type", "ok", "id", id, "output", Describe(functions));
            if (type == "invoke")
            {
                var context = new MillraceContext(message);
                lock (running) running[id] = context;
                Task.Factory.StartNew(() =>
                {
                    Invoke(functions, message, context);
                    lock (running) running.Remove(id);
                }, TaskCreationOptions.LongRunning);
            }
            if (type == "cancel")
                lock (running) if (running.ContainsKey(id)) running[id].Stop.Cancel();
        }
        Environment.Exit(0);
    }

    /// <summary>Writes a message of names and values in turn.</summary>
    public static void Answer(params object[] members)
    {
        var line = MillraceJson.Write(MillraceJson.Object(members));
        lock (Lock)
        {
            Output.Write(line + "\n");
            Output.Flush();
        }
    }

    static object Describe(Dictionary<string, MillraceFunction> functions)
    {
        var name = Environment.GetEnvironmentVariable("MILLRACE_PACKAGE_NAME") ?? "";
        var version = Environment.GetEnvironmentVariable("MILLRACE_PACKAGE_VERSION") ?? "";
        var names = functions.Keys.OrderBy(each => each, StringComparer.Ordinal).ToList();
        return MillraceJson.Object("name", name, "version", version, "protocol", 1, "functions", names);
    }

    static void Invoke(Dictionary<string, MillraceFunction> functions, Dictionary<string, object> message, MillraceContext context)
    {
        var id = message["id"];
        try
        {
            MillraceFunction function;
            if (!functions.TryGetValue((string)message["function"], out function))
                throw new BusinessError("function_unknown", "there is no function " + message["function"]);
            Answer("type", "ok", "id", id, "output", function(MillraceJson.Member(message, "input"), context));
        }
        catch (BusinessError error) { Fail(id, "business", error.Code, error.Message, false); }
        catch (ApplicationError error) { Fail(id, "application", error.Code, error.Message, true); }
        catch (Exception error)
        {
            Console.Error.WriteLine(error);
            Fail(id, "application", "failed", error.Message, true);
        }
    }

    static void Fail(object id, string kind, string code, string message, bool retry)
    {
        var error = MillraceJson.Object("kind", kind, "code", code, "message", message, "retry", retry);
        Answer("type", "error", "id", id, "error", error);
    }
}

/// <summary>Reads and writes JSON.</summary>
public static class MillraceJson
{
    /// <summary>An object of names and values in turn.</summary>
    public static Dictionary<string, object> Object(params object[] members)
    {
        var map = new Dictionary<string, object>();
        for (var index = 0; index < members.Length; index += 2) map[(string)members[index]] = members[index + 1];
        return map;
    }

    /// <summary>A member of an object; null where there is none.</summary>
    public static object Member(object value, string name)
    {
        var map = value as Dictionary<string, object>;
        object found;
        return map != null && map.TryGetValue(name, out found) ? found : null;
    }

    public static string Write(object value)
    {
        var text = new StringBuilder();
        Write(value, text);
        return text.ToString();
    }

    static void Write(object value, StringBuilder text)
    {
        if (value == null) text.Append("null");
        else if (value is bool) text.Append((bool)value ? "true" : "false");
        else if (value is string) Quote((string)value, text);
        else if (value is double) text.Append(((double)value).ToString("R", CultureInfo.InvariantCulture));
        else if (value is IDictionary<string, object>)
        {
            var separator = "{";
            foreach (var member in (IDictionary<string, object>)value)
            {
                text.Append(separator);
                Quote(member.Key, text);
                text.Append(':');
                Write(member.Value, text);
                separator = ",";
            }
            text.Append(separator == "{" ? "{}" : "}");
        }
        else if (value is System.Collections.IEnumerable)
        {
            var separator = "";
            text.Append('[');
            foreach (var item in (System.Collections.IEnumerable)value)
            {
                text.Append(separator);
                Write(item, text);
                separator = ",";
            }
            text.Append(']');
        }
        else text.Append(Convert.ToString(value, CultureInfo.InvariantCulture));
    }

    static void Quote(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (var each in value)
        {
            if (each == '"' || each == '\\') text.Append('\\').Append(each);
            else if (each < ' ' || char.IsSurrogate(each)) text.Append("\\u").Append(((int)each).ToString("x4"));
            else text.Append(each);
        }
        text.Append('"');
    }

    /// <summary>The value that a JSON text says.</summary>
    public static object Parse(string text)
    {
        var at = 0;
        return Value(text, ref at);
    }

    static object Value(string text, ref int at)
    {
        switch (Next(text, ref at))
        {
            case '{': return Map(text, ref at);
            case '[': return List(text, ref at);
            case '"': return Text(text, ref at);
            default: return Word(text, ref at);
        }
    }

    static char Next(string text, ref int at)
    {
        while (char.IsWhiteSpace(text[at])) at++;
        return text[at];
    }

    static object Map(string text, ref int at)
    {
        var map = new Dictionary<string, object>();
        for (at++; Next(text, ref at) != '}';)
        {
            if (text[at] == ',') at++;
            Next(text, ref at);
            var name = Text(text, ref at);
            Next(text, ref at);
            at++;
            map[name] = Value(text, ref at);
        }
        at++;
        return map;
    }

    static object List(string text, ref int at)
    {
        var list = new List<object>();
        for (at++; Next(text, ref at) != ']';)
        {
            if (text[at] == ',') at++;
            list.Add(Value(text, ref at));
        }
        at++;
        return list;
    }

    static string Text(string text, ref int at)
    {
        var found = new StringBuilder();
        for (at++; text[at] != '"'; at++)
        {
            if (text[at] != '\\') { found.Append(text[at]); continue; }
            at++;
            var known = "bfnrt".IndexOf(text[at]);
            if (text[at] == 'u')
            {
                found.Append((char)Convert.ToInt32(text.Substring(at + 1, 4), 16));
                at += 4;
            }
            else found.Append(known < 0 ? text[at] : "\b\f\n\r\t"[known]);
        }
        at++;
        return found.ToString();
    }

    static object Word(string text, ref int at)
    {
        var from = at;
        while (at < text.Length && ",]} \t\r\n".IndexOf(text[at]) < 0) at++;
        var word = text.Substring(from, at - from);
        if (word == "true" || word == "false") return word == "true";
        if (word == "null") return null;
        return double.Parse(word, CultureInfo.InvariantCulture);
    }
}
