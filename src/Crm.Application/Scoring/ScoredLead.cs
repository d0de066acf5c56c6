using System.Text.Json;
using Crm.Application.CustomFields;
using Crm.Application.Events;

namespace Crm.Application.Scoring;

/// <summary>A lead as rules and the model see it: its last state, and the dates points grow old from.</summary>
internal sealed record ScoredLead(Guid Id, JsonElement State, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? LastActivityAt);

/// <summary>A row of leads with these columns.</summary>
internal record ScoredLeadRow
{
    /// <summary>The select list over leads <c>t</c>.</summary>
    public const string Columns = $"""
        t.id as Id, t.created_at as CreatedAt, t.updated_at as UpdatedAt,
        (select max(a.occurred_at) from crm_read.activities a where a.tenant_id = @TenantId and a.lead_id = t.id and a.deleted_at is null) as LastActivityAt,
        {LastState.Sql} as Data
        """;

    public Guid Id { get; init; }
    public DateTime CreatedAt { get; init; }
    public DateTime UpdatedAt { get; init; }
    public DateTime? LastActivityAt { get; init; }
    public string? Data { get; init; }

    /// <summary>The lead; its custom fields have today's names.</summary>
    public ScoredLead Lead(EntityFields fields) =>
        new(Id, CustomFieldNames.Told(fields, Data ?? """{"record": {}}""").GetProperty("record"), CreatedAt, UpdatedAt, LastActivityAt);
}
