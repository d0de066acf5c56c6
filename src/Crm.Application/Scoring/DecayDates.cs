using System.Text.Json;
using Crm.Application.CustomFields;
using Crm.Domain.Common;
using Crm.Domain.CustomFields;

namespace Crm.Application.Scoring;

/// <summary>The dates that points can grow old from.</summary>
internal static class DecayDates
{
    private const string CreatedAt = "createdAt", UpdatedAt = "updatedAt", LastActivityAt = "lastActivityAt";

    /// <summary>Those that every lead has, or may have; custom fields of type DATE are the others.</summary>
    public static IReadOnlyList<string> OfLeads { get; } = [CreatedAt, UpdatedAt, LastActivityAt];

    /// <summary>True when leads have such a date.</summary>
    public static bool Has(string name, EntityFields fields) => OfLeads.Contains(name) || fields.At(name) is { Details.Type: CustomFieldType.Date };

    /// <summary>The lead's date, in UTC; null when it has none.</summary>
    public static DateOnly? Of(string name, ScoredLead lead) => name switch
    {
        CreatedAt => Day(lead.CreatedAt),
        UpdatedAt => Day(lead.UpdatedAt),
        LastActivityAt => lead.LastActivityAt is { } at ? Day(at) : null,
        _ => lead.State.TryGetProperty("customFields", out var custom) && custom.ValueKind == JsonValueKind.Object && custom.TryGetProperty(name[(name.IndexOf('.') + 1)..], out var date)
            && date.ValueKind == JsonValueKind.String && Instants.TryParseDate(date.GetString()!, out var day) ? day : null,
    };

    private static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);
}
