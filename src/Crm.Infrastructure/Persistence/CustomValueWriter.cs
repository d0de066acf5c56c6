using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.CustomFields;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Infrastructure.Events;
using Dapper;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Crm.Infrastructure.Persistence;

/// <summary>
/// Brings the index and the search words of custom fields in step with the records a command saves, in one round trip; a command that touches no value takes none.
/// Definitions cannot change meanwhile: writers share a lock that a change of definitions takes alone. What the caller knew of them is compared with what holds now,
/// so that nothing is written by a definition that has changed since.
/// </summary>
internal sealed class CustomValueWriter(TenantSession session, ResourceCatalog resources, IRequestContext context, StaleCallers stale)
{
    private const string Begin = $"""
        select {CustomValueSql.Share};
        select coalesce({CustomFieldReader.Stamp}, 0)::bigint;
        """;

    // Which fields are kept, and where, is asked of the definitions themselves.
    private const string Write = $"""
        delete from crm.custom_values where tenant_id = @TenantId and record_id = any(@Former);
        with wanted as (
          select r.id, r.created_at, f.number, f.number * 1000 + f.generation as slot, v.n, v.text_value, v.number_value, case when f."unique" then coalesce(v.text_value, v.number_value::text) end as unique_value
          from jsonb_to_recordset(@Records::jsonb) as r (id uuid, created_at timestamptz, "values" jsonb)
          cross join lateral jsonb_each(r."values") as value
          join crm.custom_fields f on f.tenant_id = @TenantId and f.number = value.key::integer and (f.indexed or f."unique")
          cross join lateral crm.indexed_values(value.value) v),
        entered as (
          {CustomValueSql.Enter}
          select @TenantId, id, slot, n, created_at, text_value, number_value, unique_value from wanted
          on conflict do nothing returning record_id, field)
        select w.id as RecordId, w.number, w.slot, w.unique_value as Value from wanted w
        where not exists (select from entered e where e.record_id = w.id and e.field = w.slot)
        """;

    public async Task WriteAsync(IReadOnlyList<EntityEntry<AggregateRoot>> changed, CancellationToken ct)
    {
        var changes = changed.Select(ChangeOf).OfType<Change>().ToList();
        if (changes.Count == 0) return;
        var known = context.Caller.CustomFields;
        var (stamp, taken) = await SendAsync([.. changes.Where(c => c.ConcernsIndex(known))], ct);
        if (stamp != known.Stamp) taken = await AgainAsync(changes, ct);
        if (taken.Count > 0) throw await DuplicateAsync(changes, taken, ct);
        foreach (var change in changes) change.Spell(context.Caller.CustomFields);
    }

    /// <summary>The caller's definitions were of before a change: checks and writes by those that hold.</summary>
    private async Task<IReadOnlyList<Taken>> AgainAsync(IReadOnlyList<Change> changes, CancellationToken ct)
    {
        var fields = await CustomFieldReader.ReadAsync(session, ct);
        context.ActAs(context.Caller with { CustomFields = fields });
        stale.Mark(CallerCache.Prefix(session.TenantId));
        var errors = new BindErrors();
        foreach (var change in changes) change.Check(fields, errors);
        errors.ThrowIfAny();
        return (await SendAsync([.. changes.Where(c => c.ConcernsIndex(fields))], ct)).Taken;
    }

    private async Task<(long Stamp, IReadOnlyList<Taken> Taken)> SendAsync(IReadOnlyList<Change> changes, CancellationToken ct)
    {
        var parameters = new
        {
            session.TenantId,
            Former = changes.Where(c => !c.IsNew).Select(c => c.Record.Id).ToArray(),
            Records = JsonSerializer.Serialize(changes.Where(c => c.Record.DeletedAt is null).Select(c => new { id = c.Record.Id, created_at = c.Record.CreatedAt, values = c.Now }), WireJson.Options),
        };
        await using var grid = await session.Connection.QueryMultipleAsync(
            new CommandDefinition(changes.Count == 0 ? Begin : Begin + Write, parameters, session.Transaction, cancellationToken: ct));
        await grid.ReadAsync<object>();
        var stamp = await grid.ReadSingleAsync<long>();
        return (stamp, changes.Count == 0 ? [] : (await grid.ReadAsync<Taken>()).AsList());
    }

    /// <summary>409 naming every field whose value another record has, and that record, if the caller may see it.</summary>
    private async Task<CrmException> DuplicateAsync(IReadOnlyList<Change> changes, IReadOnlyList<Taken> taken, CancellationToken ct)
    {
        var resource = changes.First(c => c.Record.Id == taken[0].RecordId).Resource;
        var fields = context.Caller.CustomFields.Of(resource.Name);
        var names = taken.Select(t => fields.Find(t.Number)!.Path).Distinct().ToList();
        var parameters = new Dictionary<string, object?>();
        var all = new DynamicParameters(new { session.TenantId, taken[0].Slot, taken[0].Value });
        var scope = RecordScope.Of(resource, context.Caller, parameters, deleted: false);
        all.AddDynamicParams(parameters);
        var existing = await session.Connection.QueryFirstOrDefaultAsync<Guid?>(new CommandDefinition(
            $"select t.id from crm_read.custom_values v join crm_read.{resource.Table} t on t.id = v.record_id where {scope} and v.tenant_id = @TenantId and v.field = @Slot and v.unique_value = @Value",
            all, session.Transaction, cancellationToken: ct));
        return new CrmException(ErrorKind.Conflict, "DUPLICATE", $"Another record has the same {names[0]}.", names.ToDictionary(n => n, _ => (string[])["is taken by another record"]))
        { ExistingId = existing };
    }

    private Change? ChangeOf(EntityEntry<AggregateRoot> entry) =>
        resources.FindBy(entry.Entity.GetType()) is { TakesCustomFields: true } resource && new Change(entry, resource) is { IsAny: true } change ? change : null;

    private sealed record Taken(Guid RecordId, int Number, int Slot, string Value);

    /// <summary>What a save does to the values of one record.</summary>
    private sealed class Change
    {
        private readonly EntityEntry<AggregateRoot> _entry;
        private readonly CustomValues _before;
        private readonly bool _comesOrGoes;

        public Change(EntityEntry<AggregateRoot> entry, Resource resource)
        {
            (_entry, Resource) = (entry, resource);
            var values = entry.ComplexProperty("Details").Property(nameof(RecordDetails.CustomFields));
            IsNew = entry.State == Microsoft.EntityFrameworkCore.EntityState.Added;
            Now = (CustomValues)values.CurrentValue!;
            _before = IsNew ? CustomValues.Unstated : (CustomValues)values.OriginalValue!;
            _comesOrGoes = !IsNew && (entry.Property(r => r.DeletedAt).OriginalValue is null) != (Record.DeletedAt is null);
        }

        public AggregateRoot Record => _entry.Entity;

        public Resource Resource { get; }

        public bool IsNew { get; }

        public CustomValues Now { get; }

        public bool IsAny => (_comesOrGoes && Now.Count > 0) || !Now.Equals(_before);

        /// <summary>True when entries of the record come, go or change.</summary>
        public bool ConcernsIndex(CustomFieldSet fields) =>
            fields.Of(Resource.Name).Kept is { Count: > 0 } kept && (_comesOrGoes ? Now.Numbers.Any(kept.Contains) : !Now.AgreesWith(_before, kept));

        /// <summary>Refuses new values that the definitions do not take.</summary>
        public void Check(CustomFieldSet fields, BindErrors errors)
        {
            foreach (var (number, value) in Now.Entries)
            {
                if (value.Equals(_before[number]) || fields.Of(Resource.Name).Find(number) is not { } field) continue;
                if ((field.IsInUse ? field.Details.Refusal(value) : "is not defined") is { } refusal) errors.Add(field.Path, refusal);
            }
        }

        /// <summary>Sets the words that searches find.</summary>
        public void Spell(CustomFieldSet fields) => _entry.Property(AggregateMapping.CustomWords).CurrentValue = fields.Of(Resource.Name).Words(Now);
    }
}
