using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Dapper;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Crm.Infrastructure.Persistence;

/// <summary>
/// Checks, in one query before the save, that every reference a change sets points at a living record the caller may see. The row
/// is locked until the transaction ends: against deletion, whose command loads it for update, but not against changes of what it
/// derives (a shared lock would have to be raised for those, and two commands about one customer would wait for each other). Which
/// members are references the resource's declaration says. What was found once need not be looked for again in the transaction.
/// </summary>
internal sealed class ReferenceCheck(TenantSession session, ResourceCatalog resources, IRequestContext context, TransactionMemo memo)
{
    public async Task CheckAsync(IEnumerable<EntityEntry<AggregateRoot>> changed, IReadOnlySet<Guid> made, CancellationToken ct)
    {
        var wanted = changed.SelectMany(Set).Where(r => !made.Contains(r.Id) && !IsCaller(r.Target, r.Id) && !memo.TryGet<bool>(resources[r.Target].Aggregate, (nameof(ReferenceCheck), r.Id), out _)).ToList();
        if (wanted.Count == 0) return;
        var parameters = new Dictionary<string, object?>();
        var groups = wanted.GroupBy(r => r.Target).OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
        var statements = groups.Select((group, i) =>
        {
            var target = resources[group.Key];
            parameters[$"ids{i}"] = group.Select(r => r.Id).Distinct().Order().ToArray();
            return $"select id from crm.{target.Table} t where {RecordScope.Of(target, context.Caller, parameters, false)} and id = any(@ids{i}) order by id for key share";
        }).ToList();
        var all = new DynamicParameters(parameters);
        all.Add("TenantId", session.TenantId);
        await using var grid = await session.Connection.QueryMultipleAsync(
            new CommandDefinition(string.Join(";\n", statements), all, session.Transaction, cancellationToken: ct));
        var errors = new Dictionary<string, string[]>();
        foreach (var group in groups)
        {
            var found = (await grid.ReadAsync<Guid>()).ToHashSet();
            foreach (var reference in group.Where(r => !found.Contains(r.Id)))
                errors[reference.Member] = [$"refers to no {resources[group.Key].Singular} you can see"];
            foreach (var id in found) memo.Keep(resources[group.Key].Aggregate, (nameof(ReferenceCheck), id), true);
        }
        if (errors.Count > 0)
            throw new CrmException(ErrorKind.Unprocessable, "UNPROCESSABLE", "The request refers to what is not there.", errors);
    }

    private IEnumerable<(string Member, string Target, Guid Id)> Set(EntityEntry<AggregateRoot> entry)
    {
        if (resources.FindBy(entry.Entity.GetType()) is not { } resource || entry.Metadata.FindComplexProperty("Details") is not { } details) yield break;
        var complex = entry.ComplexProperty("Details");
        foreach (var field in resource.Fields)
        {
            if (field is not { ReadOnly: false, RefersTo: { } target }) continue;
            var name = char.ToUpperInvariant(field.Name[0]) + field.Name[1..];
            if (details.ComplexType.FindProperty(name) is null) continue;
            var property = complex.Property(name);
            if (property.CurrentValue is Guid id && (entry.State == Microsoft.EntityFrameworkCore.EntityState.Added || !Equals(property.OriginalValue, id)))
                yield return (JsonNamingPolicy.CamelCase.ConvertName(name), target, id);
        }
        foreach (var (member, target, id) in SetByCustomFields(resource, complex.Property(nameof(RecordDetails.CustomFields)), entry.State)) yield return (member, target, id);
        foreach (var list in ChildList.Of(entry.Entity.GetType()))
        {
            if (resource.Find(JsonNamingPolicy.CamelCase.ConvertName(list.Member)) is not { ItemReferences.Count: > 0 } field) continue;
            foreach (var (index, item) in list.Changed(entry.Entity))
                foreach (var (member, target) in field.ItemReferences)
                    if (item.GetType().GetProperty(member)!.GetValue(item) is Guid id)
                        yield return ($"{field.Name}[{index}].{JsonNamingPolicy.CamelCase.ConvertName(member)}", target, id);
        }
    }

    private IEnumerable<(string Member, string Target, Guid Id)> SetByCustomFields(Resource resource, PropertyEntry property, Microsoft.EntityFrameworkCore.EntityState state)
    {
        var (now, before) = ((CustomValues)property.CurrentValue!, (CustomValues)property.OriginalValue!);
        if (now.Count == 0) yield break;
        foreach (var field in context.Caller.CustomFields.Of(resource.Name).InUse)
            if (field.Details.Target() is { } target && now[field.Number] is { Content: string id } value && (state == Microsoft.EntityFrameworkCore.EntityState.Added || !value.Equals(before[field.Number])))
                yield return (field.Path, target, Guid.Parse(id));
    }

    // Who calls is there: he was looked up to get in.
    private bool IsCaller(string target, Guid id) => id == context.Caller.UserId && target == "team/members";
}
