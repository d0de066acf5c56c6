using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using Crm.Domain.Common;
using Microsoft.EntityFrameworkCore;

namespace Crm.Infrastructure.Persistence;

/// <summary>
/// Keeps a list in an aggregate's details and its rows in step. The details are the truth: the rows fill the list when the aggregate
/// is loaded and follow it when it is saved.
/// </summary>
internal abstract class ChildList
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<ChildList>> Known = new();

    /// <summary>The lists an aggregate of this type owns.</summary>
    public static IReadOnlyList<ChildList> Of(Type aggregate) => Known.GetOrAdd(aggregate, static type =>
        [.. (type.GetProperty("Details")?.PropertyType.GetProperties() ?? []).Where(p => ItemOf(p.PropertyType) is not null)
            .Select(p => (ChildList)Activator.CreateInstance(typeof(ChildList<>).MakeGenericType(ItemOf(p.PropertyType)!), type, p)!)]);

    /// <summary>The type of the items, when a member is such a list.</summary>
    public static Type? ItemOf(Type member) => member.IsGenericType && member.GetGenericTypeDefinition() == typeof(ValueList<>)
        && member.GetGenericArguments()[0] is var item && item.IsSubclassOf(typeof(ChildItem)) ? item : null;

    /// <summary>The member of the details.</summary>
    public abstract string Member { get; }

    /// <summary>Maps the rows.</summary>
    public abstract void Map(ModelBuilder model, CrmDbContext context);

    /// <summary>Fills the lists of aggregates just loaded.</summary>
    public abstract Task LoadAsync(CrmDbContext db, IEnumerable<AggregateRoot> aggregates, CancellationToken ct);

    /// <summary>The items that are not as they are stored, with their index.</summary>
    public abstract IEnumerable<(int Index, ChildItem Item)> Changed(AggregateRoot aggregate);

    /// <summary>Brings the rows in step with the list.</summary>
    public abstract void Write(CrmDbContext db, AggregateRoot aggregate, DateTimeOffset now);
}

/// <inheritdoc/>
internal sealed class ChildList<TItem>(Type aggregateType, PropertyInfo member) : ChildList where TItem : ChildItem
{
    // Beside the aggregate rather than asked of the change tracker, which would compare everything it tracks to answer.
    private readonly ConditionalWeakTable<AggregateRoot, List<ChildRow<TItem>>> _rows = [];
    private readonly PropertyInfo _details = Declared(aggregateType.GetProperty("Details")!);
    private readonly string _table = $"{RecordName.Of(aggregateType)}_{Application.Resources.Resource.Snake(member.Name)}";
    private readonly MethodInfo _copy = member.DeclaringType!.GetMethod("<Clone>$")!;

    public override string Member => member.Name;

    public override void Map(ModelBuilder model, CrmDbContext context) =>
        ChildRow<TItem>.Map(model, context, RecordName.Of(aggregateType), Application.Resources.Resource.Snake(member.Name));

    public override async Task LoadAsync(CrmDbContext db, IEnumerable<AggregateRoot> aggregates, CancellationToken ct)
    {
        // Those met again in the same transaction stay as they are: their list may have changed since.
        var loaded = aggregates.Where(a => !_rows.TryGetValue(a, out _)).ToList();
        if (loaded.Count == 0) return;
        var (tenant, ids) = (loaded[0].TenantId, loaded.Select(a => a.Id).ToArray());
        var found = await Set(db).Where(r => r.TenantId == tenant && ids.Contains(r.ParentId) && (r.DeletedAt == null || r.DeletionId != null)).ToListAsync(ct);
        var byParent = found.ToLookup(r => r.ParentId);
        foreach (var aggregate in loaded)
            Fill(aggregate, [.. byParent[aggregate.Id].Where(r => r.DeletedAt == aggregate.DeletedAt).OrderBy(r => r.Position).ThenBy(r => r.Id)]);
    }

    private void Fill(AggregateRoot aggregate, List<ChildRow<TItem>> rows)
    {
        _rows.AddOrUpdate(aggregate, rows);
        // As the mapper sets what it reads: by reflection, past the rules, which were kept when it was written.
        var details = _copy.Invoke(_details.GetValue(aggregate), null)!;
        member.SetValue(details, ValueList.Of(rows.Select(Read)));
        _details.SetValue(aggregate, details);
    }

    public override IEnumerable<(int Index, ChildItem Item)> Changed(AggregateRoot aggregate)
    {
        var rows = RowsOf(aggregate);
        return Items(aggregate).Select((item, index) => (index, (ChildItem)item)).Where(i => rows.All(row => !Read(row).Equals(i.Item2)));
    }

    public override void Write(CrmDbContext db, AggregateRoot aggregate, DateTimeOffset now)
    {
        var (rows, items) = (RowsOf(aggregate), Items(aggregate));
        foreach (var gone in rows.Where(row => items.All(i => i.Id != row.Id)).ToList())
        {
            gone.DeletedAt = now;
            Set(db).Entry(gone).DetectChanges();
            rows.Remove(gone);
        }
        for (var i = 0; i < items.Count; i++)
        {
            var row = rows.Find(r => r.Id == items[i].Id);
            if (row is null)
            {
                row = new ChildRow<TItem> { TenantId = aggregate.TenantId, Id = items[i].Id!.Value, ParentId = aggregate.Id, Item = items[i] };
                rows.Add(row);
                Set(db).Add(row);
            }
            else if (!Read(row).Equals(items[i])) row.Item = items[i];
            (row.Position, row.DeletedAt, row.DeletionId) = (items[i].Place(i), aggregate.DeletedAt, aggregate.DeletionId);
            Set(db).Entry(row).DetectChanges();
        }
    }

    private DbSet<ChildRow<TItem>> Set(CrmDbContext db) => db.Set<ChildRow<TItem>>(_table);

    // Only the type that declares it knows its setter.
    private static PropertyInfo Declared(PropertyInfo property) => property.DeclaringType!.GetProperty(property.Name)!;

    private static TItem Read(ChildRow<TItem> row) => (TItem)row.Item.ReadBack(row.Id, row.Position);

    private ValueList<TItem> Items(AggregateRoot aggregate) => (ValueList<TItem>)member.GetValue(_details.GetValue(aggregate))!;

    private List<ChildRow<TItem>> RowsOf(AggregateRoot aggregate) => _rows.TryGetValue(aggregate, out var rows) ? rows
        : aggregate.Version == 0 ? _rows.GetOrCreateValue(aggregate)
        : throw new InvalidOperationException($"{aggregateType.Name} was loaded without its {member.Name}; load it through its repository.");
}
