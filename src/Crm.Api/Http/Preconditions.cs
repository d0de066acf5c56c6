using System.Globalization;
using Crm.Application.Abstractions;
using Crm.Domain.Common;

namespace Crm.Api.Http;

/// <summary>If-Match and If-None-Match (RFC 9110 §13): entity tags are versions in quotes.</summary>
internal static class Preconditions
{
    /// <summary>What the caller says it has seen of the record in the path.</summary>
    public static Precondition? Read(HttpContext http)
    {
        var header = http.Request.Headers.IfMatch;
        if (header.Count == 0) return null;
        var id = http.Request.RouteValues.TryGetValue("id", out var text) && Instants.TryParseUuid((string?)text, out var parsed) ? parsed : Guid.Empty;
        var tags = header.SelectMany(line => (line ?? "").Split(',')).Select(tag => tag.Trim()).ToList();
        if (tags.Contains("*")) return new Precondition(id, null);
        // If-Match compares strongly: a weak tag, like anything that is no version of ours, matches nothing.
        return new Precondition(id, [.. tags.Select(Version).OfType<int>()]);
    }

    /// <summary>True when the caller has this version already.</summary>
    public static bool IsFresh(HttpContext http, string etag) => http.Request.Headers.IfNoneMatch is { Count: > 0 } seen && seen
        .SelectMany(line => (line ?? "").Split(',')).Select(tag => tag.Trim())
        .Any(tag => tag == "*" || tag == etag || (tag.StartsWith("W/", StringComparison.Ordinal) && tag[2..] == etag));

    private static int? Version(string tag) => tag.Length > 2 && tag[0] == '"' && tag[^1] == '"'
        && int.TryParse(tag.AsSpan(1, tag.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
}
