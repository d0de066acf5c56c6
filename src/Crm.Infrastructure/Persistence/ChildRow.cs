using Crm.Domain.Common;
using Microsoft.EntityFrameworkCore;

namespace Crm.Infrastructure.Persistence;

/// <summary>
/// The row of an item that an aggregate's list holds. It is deleted and restored with its record, in step; an item that left the list
/// keeps its row (others may refer to it) under an instant of its own.
/// </summary>
internal sealed class ChildRow<TItem> where TItem : ChildItem
{
    public required Guid TenantId { get; init; }
    public required Guid Id { get; init; }
    public required Guid ParentId { get; init; }
    public int Position { get; set; }
    public DateTimeOffset? DeletedAt { get; set; }
    public Guid? DeletionId { get; set; }
    public TItem Item { get; set; } = null!;

    /// <summary>Maps it to <c>deal_line_items</c>: the record's name and its member's, the record's id in <c>deal_id</c>.</summary>
    public static void Map(ModelBuilder model, CrmDbContext context, string record, string member)
    {
        // Kinds of records may hold items of one type: each table is an entity of its own.
        var entity = model.SharedTypeEntity<ChildRow<TItem>>($"{record}_{member}");
        entity.ToTable($"{record}_{member}").HasKey(r => new { r.TenantId, r.Id });
        entity.Property(r => r.Id).ValueGeneratedNever();
        entity.Property(r => r.TenantId).ValueGeneratedNever();
        entity.Property(r => r.ParentId).HasColumnName($"{record}_id");
        entity.HasQueryFilter(r => r.TenantId == context.TenantId);
        entity.ComplexProperty(r => r.Item, item =>
        {
            item.IsRequired();
            item.Ignore(i => i.Id);
            item.Ignore(nameof(Position));
            foreach (var money in typeof(TItem).GetProperties().Where(p => p.PropertyType == typeof(Money))) item.ComplexProperty(money.PropertyType, money.Name);
        });
    }
}
