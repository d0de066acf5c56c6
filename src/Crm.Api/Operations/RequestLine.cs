using System.Collections;
using System.Text.Json;

namespace Crm.Api.Operations;

/// <summary>A log entry that writes its own members; anything else is written member by member.</summary>
internal interface IJsonLine
{
    void Write(Utf8JsonWriter writer);
}

/// <summary>What the log says about a request: ids and figures only.</summary>
internal sealed record RequestLine(string Method, string Route, int Status, double Seconds, string RequestId, Guid? TenantId, Guid? UserId)
    : IJsonLine, IReadOnlyList<KeyValuePair<string, object?>>
{
    public static readonly Func<RequestLine, Exception?, string> Text = static (line, _) => line.ToString();

    public int Count => 7;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("Method", Method),
        1 => new("Route", Route),
        2 => new("Status", Status),
        3 => new("DurationMs", Seconds * 1000),
        4 => new("RequestId", RequestId),
        5 => new("TenantId", TenantId),
        _ => new("UserId", UserId),
    };

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("method"u8, Method);
        writer.WriteString("route"u8, Route);
        writer.WriteNumber("status"u8, Status);
        writer.WriteNumber("durationMs"u8, Math.Round(Seconds * 1000, 3));
        writer.WriteString("requestId"u8, RequestId);
        if (TenantId is { } tenant) writer.WriteString("tenantId"u8, tenant);
        if (UserId is { } user) writer.WriteString("userId"u8, user);
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Method} {Route} {Status} in {Seconds * 1000:0.###} ms");
}
