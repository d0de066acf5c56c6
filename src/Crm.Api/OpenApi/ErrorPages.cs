using System.Collections.Frozen;
using System.Net;
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
        <p><a href="{ErrorCodes.Pages}">All errors</a> · <a href="{GuidePages.Path}">Guides</a> · <a href="/docs/index.html">Reference</a></p>
        """;

    private static string Index() => $"""
        <p>A refusal is <code>application/problem+json</code> (RFC 9457). Branch on <code>code</code>; <code>detail</code> is for people.</p>
        <table><tr><th>Status</th><th>Code</th><th>Meaning</th></tr>
        {string.Join('\n', ErrorCodes.All.Select(e => $"""<tr><td>{e.Status}</td><td><a href="{ErrorCodes.TypeOf(e.Code)}"><code>{e.Code}</code></a></td><td>{Text(e.Meaning)}</td></tr>"""))}
        </table>
        <p><a href="{GuidePages.Path}">Guides</a> · <a href="/docs/index.html">Reference</a></p>
        """;

    private static StaticContent Html(string title, string body) => DocPages.Html(title, $"<h1>{title}</h1>\n{body}");

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
