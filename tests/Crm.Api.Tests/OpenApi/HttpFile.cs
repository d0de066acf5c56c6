using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.OpenApi;

/// <summary>
/// One file of requests as editors run them: blocks between lines of ###, variables (@name = value), and values of earlier answers by the
/// name of their request. The title of a block ends with the status that comes back.
/// </summary>
internal sealed partial class HttpFile(string name, string text)
{
    private readonly Dictionary<string, string> _variables = [];
    private readonly Dictionary<string, Reply> _answers = [];

    /// <summary>Where they are.</summary>
    public static string Folder { get; } = Repository.PathOf("docs", "http");

    /// <summary>The file's name without extension: the group of operations it is about.</summary>
    public string Name { get; } = name;

    public static IEnumerable<HttpFile> All() => Directory.EnumerateFiles(Folder, "*.http").Order(StringComparer.Ordinal).Select(f => new HttpFile(Path.GetFileNameWithoutExtension(f), File.ReadAllText(f)));

    /// <summary>Sends its requests in order; tells what was wrong, and which operations were called.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(ApiClient anonymous, Contract contract, ISet<string> called)
    {
        var wrong = new List<string>();
        foreach (var block in Title().Split(text.ReplaceLineEndings("\n")))
        {
            var (request, answerName) = Read(block, anonymous);
            if (request is null) continue;
            if (!Status().Match(request.Title).Success)
            {
                wrong.Add($"{Name}: the title '{request.Title}' does not end with the status that comes back, such as (200)");
                continue;
            }
            var reply = await anonymous.SendAsync(request.Method, request.Path, request.Content(), [.. request.Headers]);
            if (answerName is not null)
            {
                // A list that a later request takes its id from may show what was written a moment later: the log does.
                await Eventually.Async(async () => request.Method != "GET" || reply.Status != 200 || reply.Json["data"] is not JsonArray { Count: 0 } || await AgainAsync(), $"{Name}: {request.Title}: nothing came");
                async Task<bool> AgainAsync() => (reply = await anonymous.SendAsync(request.Method, request.Path, request.Content(), [.. request.Headers])).Json["data"] is JsonArray { Count: > 0 };
                _answers[answerName] = reply;
            }
            if (reply.Status != int.Parse(Status().Match(request.Title).Groups[1].Value, CultureInfo.InvariantCulture)) wrong.Add($"{Name}: {request.Title}: {reply.Request} -> {reply.Status} {reply.Text}");
            if (contract.Find(request.Method, request.Path) is not { } operation) wrong.Add($"{Name}: {request.Method} {request.Path} is no operation of the document");
            else
            {
                called.Add($"{Name} {operation.Id}");
                // An answer with fields= has what was asked for, not what its schema requires.
                if (!request.Path.Contains("fields=", StringComparison.Ordinal)) wrong.AddRange(operation.Check(reply).Select(e => $"{Name}: {e}"));
            }
        }
        return wrong;
    }

    private (Request? Request, string? Name) Read(string block, ApiClient client)
    {
        string? title = null, name = null;
        var lines = new Queue<string>(block.Split('\n'));
        if (block.StartsWith("###", StringComparison.Ordinal)) title = lines.Dequeue()[3..].Trim();
        while (lines.TryDequeue(out var line))
        {
            if (Named().Match(line) is { Success: true } named) name = named.Groups[1].Value;
            else if (Variable().Match(line) is { Success: true } variable) _variables[variable.Groups[1].Value] = variable.Groups[2].Value;
            else if (line.Length > 0 && !line.StartsWith('#'))
            {
                var (method, address) = line.Split(' ', 2) switch { [var m, var a] => (m, Filled(a)), _ => throw new FormatException($"{Name}: '{line}' is no request") };
                var headers = new List<(string, string)>();
                while (lines.TryDequeue(out line) && line.Length > 0) headers.Add(Filled(line).Split(": ", 2) switch { [var h, var v] => (h, v), _ => throw new FormatException($"{Name}: '{line}' is no header") });
                return (new Request(title ?? "", method, address[client.Http.BaseAddress!.ToString().TrimEnd('/').Length..], headers, Filled(string.Join('\n', lines).Trim())), name);
            }
        }
        _variables["host"] = client.Http.BaseAddress!.ToString().TrimEnd('/'); // ours instead of the file's, which stands before the first request
        _variables["platformKey"] = CrmApi.PlatformKey;
        return (null, null);
    }

    private string Filled(string text)
    {
        while (Placeholder().Match(text) is { Success: true } found) text = text.Replace(found.Value, Value(found.Groups[1].Value), StringComparison.Ordinal);
        return text;
    }

    private string Value(string name) => name switch
    {
        "$timestamp" => DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) + Guid.NewGuid().ToString("N")[..6],
        _ when Answered().Match(name) is { Success: true } part => part.Groups["header"].Success
            ? _answers[part.Groups["name"].Value].Header(part.Groups["header"].Value)
            : At(_answers[part.Groups["name"].Value].Json, part.Groups["path"].Value),
        _ => _variables.TryGetValue(name, out var value) ? value : throw new FormatException($"{Name}: nothing is called {name}"),
    };

    private string At(JsonNode node, string path)
    {
        var value = Step().Matches(path).Aggregate((JsonNode?)node, (n, step) => step.Groups["index"].Success ? n?[int.Parse(step.Groups["index"].Value, CultureInfo.InvariantCulture)] : n?[step.Groups["member"].Value]);
        return value?.ToString() ?? throw new FormatException($"{Name}: there is no {path} in {node.ToJsonString()}");
    }

    private sealed record Request(string Title, string Method, string Path, IReadOnlyList<(string Name, string Value)> Headers, string Body)
    {
        public HttpContent? Content()
        {
            if (Body.Length == 0) return null;
            // The lines of a form end as HTTP's do (RFC 2046); editors send them so.
            var isForm = Headers.Any(h => h.Value.StartsWith("multipart/", StringComparison.Ordinal));
            var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(isForm ? Body.ReplaceLineEndings("\r\n") + "\r\n" : Body));
            content.Headers.Remove("Content-Type");
            return content;
        }
    }

    [GeneratedRegex("^(?=###)", RegexOptions.Multiline)]
    private static partial Regex Title();

    [GeneratedRegex(@"\((\d{3})\)$")]
    private static partial Regex Status();

    [GeneratedRegex(@"^# @name (\w+)$")]
    private static partial Regex Named();

    [GeneratedRegex(@"^@(\w+) = (.+)$")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\{\{([^{}]+)\}\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^(?<name>\w+)\.response\.(?:headers\.(?<header>[\w-]+)|body\.\$(?<path>[\w.\[\]]+))$")]
    private static partial Regex Answered();

    [GeneratedRegex(@"\.(?<member>\w+)|\[(?<index>\d+)\]")]
    private static partial Regex Step();
}
