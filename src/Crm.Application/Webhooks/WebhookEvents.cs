using Crm.Application.Events;

namespace Crm.Application.Webhooks;

/// <summary>What a webhook can ask for: exact types, all of a kind of record, or everything.</summary>
public static class WebhookEvents
{
    /// <summary>The type of the event that only trying a webhook out sends.</summary>
    public const string Test = "webhook.test";

    private const string Everything = "*";

    /// <summary>Every word that <c>events</c> takes.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Everything, .. EventTypes.Aggregates.Order(StringComparer.Ordinal).Select(a => $"{a}.*"), .. EventTypes.All.Order(StringComparer.Ordinal)];

    /// <summary>True when an event of this type is asked for.</summary>
    public static bool Include(IReadOnlyList<string> patterns, string type) =>
        patterns.Any(p => p == Everything || p == type || (p.EndsWith(".*", StringComparison.Ordinal) && type.AsSpan().StartsWith(p.AsSpan(0, p.Length - 1), StringComparison.Ordinal)));
}
