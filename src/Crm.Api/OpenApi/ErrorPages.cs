using System.Collections.Frozen;
using System.Net;
using System.Text;
using System.Text.Json;
using Crm.Api.Http;

namespace Crm.Api.OpenApi;

/// <summary>A page for each error code and one that lists them, so that a problem's type leads somewhere; no other host is needed.</summary>
internal static class ErrorPages
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Lazy<FrozenDictionary<string, StaticContent>> ByPath = new(() => ErrorCodes.All
        .Select(error => KeyValuePair.Create(ErrorCodes.TypeOf(error.Code), Html(error.Title, One(error)))).Append(KeyValuePair.Create(ErrorCodes.Pages, Html("Errors", Index())))
        .ToFrozenDictionary());

    /// <summary>The page at this path, or null.</summary>
    public static StaticContent? Find(PathString path) => ByPath.Value.GetValueOrDefault(path.Value!);

    private static string One(ErrorCode error) => $"""
        <p><span class="status">{error.Status}</span> <code>{error.Code}</code></p>
        <p>{Text(error.Meaning)}</p>
        <h2>What to do</h2>
        <p>{Text(error.Advice)}</p>
        <h2>An example</h2>
        <pre>{Text(Refusals.Example(error).ToJsonString(Indented))}</pre>
        <p><a href="{ErrorCodes.Pages}">All errors</a> · <a href="/docs/index.html">Reference</a></p>
        """;

    private static string Index() => $"""
        <p>A refusal is <code>application/problem+json</code> (RFC 9457). Branch on <code>code</code>; <code>detail</code> is for people.</p>
        <table><tr><th>Status</th><th>Code</th><th>Meaning</th></tr>
        {string.Join('\n', ErrorCodes.All.Select(e => $"""<tr><td>{e.Status}</td><td><a href="{ErrorCodes.TypeOf(e.Code)}"><code>{e.Code}</code></a></td><td>{Text(e.Meaning)}</td></tr>"""))}
        </table>
        <p><a href="/docs/index.html">Reference</a></p>
        """;

    private static StaticContent Html(string title, string body) => new("text/html; charset=utf-8", Encoding.UTF8.GetBytes($$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{title}} – Crm API</title>
        <style>
        :root { color-scheme: light dark; }
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { margin-bottom: 0; } h2 { font-size: 1.1rem; margin: 1.5rem 0 0; } h2 + p { margin-top: .25rem; }
        code, pre { font-family: ui-monospace, monospace; } pre { padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #8886; border-radius: 4px; }
        .status { font-weight: bold; } table { border-collapse: collapse; } td, th { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid #8884; }
        </style>
        </head>
        <body>
        <h1>{{title}}</h1>
        {{body}}
        </body>
        </html>
        """));

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
