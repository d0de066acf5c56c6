using System.Text;
using Crm.Api.Http;

namespace Crm.Api.OpenApi;

/// <summary>The frame of the pages below /docs that are not the reference itself: no script, no other host.</summary>
internal static class DocPages
{
    /// <summary>A page.</summary>
    /// <param name="title">In plain text without special characters.</param>
    /// <param name="body">HTML, with its heading.</param>
    public static StaticContent Html(string title, string body) => new("text/html; charset=utf-8", Encoding.UTF8.GetBytes($$"""
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
        {{body}}
        </body>
        </html>
        """));
}
