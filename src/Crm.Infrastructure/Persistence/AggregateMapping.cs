using System.Reflection;
using System.Text.Json;
using Crm.Domain.Common;
using Crm.Domain.CustomFields;
using Crm.Domain.Members;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Crm.Infrastructure.Persistence;

/// <summary>A mapping that says what convention does not find; discovered by type.</summary>
internal interface IAggregateMapping
{
    void Apply(ModelBuilder model);
}

/// <summary>
/// Maps every aggregate of the domain: table = plural snake_case, key (tenant_id, id), details flattened into columns, money into
/// two, phones with their digits beside them for look-ups, lists of children into tables of their own (<see cref="ChildList"/>), rows
/// of other tenants filtered away.
/// </summary>
internal static class AggregateMapping
{
    public const string Digits = "Digits";

    /// <summary>The texts of a record's custom fields that searches look at.</summary>
    public const string CustomWords = "CustomWords";

    public static void Apply(ModelBuilder model, CrmDbContext context)
    {
        foreach (var type in typeof(AggregateRoot).Assembly.GetTypes().Where(t => t is { IsAbstract: false } && t.IsSubclassOf(typeof(AggregateRoot))))
            typeof(AggregateMapping).GetMethod(nameof(Map), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, [model, context]);
        foreach (var mapping in typeof(AggregateMapping).Assembly.GetTypes().Where(t => t is { IsAbstract: false, IsInterface: false } && t.IsAssignableTo(typeof(IAggregateMapping))))
            ((IAggregateMapping)Activator.CreateInstance(mapping)!).Apply(model);
    }

    /// <summary>Names every column after its member. Complex members are flattened: <c>Details.JobTitle</c> is job_title.</summary>
    public static void SnakeCase(ModelBuilder model)
    {
        foreach (var entity in model.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
                if (property.FindAnnotation(RelationalAnnotationNames.ColumnName) is null) property.SetColumnName(Snake(property.Name));
            foreach (var complex in entity.GetComplexProperties()) Flatten(complex, complex.ClrType == typeof(Money) ? Snake(complex.Name) + "_" : "");
        }
    }

    /// <summary>The table of an aggregate or child type.</summary>
    public static string Table(Type type) => RecordName.Plural(type);

    private static void Map<T>(ModelBuilder model, CrmDbContext context) where T : AggregateRoot
    {
        var entity = model.Entity<T>();
        entity.ToTable(Table(typeof(T))).HasKey(a => new { a.TenantId, a.Id });
        entity.Property(a => a.Id).ValueGeneratedNever();
        entity.Property(a => a.TenantId).ValueGeneratedNever();
        entity.HasQueryFilter(a => a.TenantId == context.TenantId);
        // Whose team it is matters only where somebody may not see a record, and for one that is attached that is its record's matter.
        if (typeof(T).IsAssignableTo(typeof(IUnrestricted)) || typeof(T).IsAssignableTo(typeof(IAttached))) entity.Ignore(a => a.TeamId);
        foreach (var money in typeof(T).GetProperties().Where(p => p.PropertyType == typeof(Money))) entity.ComplexProperty(money.PropertyType, money.Name);
        if (typeof(T).GetProperty("Details") is { } details) MapDetails(entity, details);
        if (CustomFieldRules.Entities.Contains(Table(typeof(T)))) entity.Property<string?>(CustomWords);
        foreach (var list in ChildList.Of(typeof(T))) list.Map(model, context);
    }

    private static void MapDetails<T>(EntityTypeBuilder<T> entity, PropertyInfo details) where T : class
    {
        entity.ComplexProperty(details.PropertyType, details.Name, complex =>
        {
            complex.IsRequired();
            foreach (var member in details.PropertyType.GetProperties())
            {
                if (member.PropertyType == typeof(Money) || member.PropertyType == typeof(MemberPermissions)) complex.ComplexProperty(member.PropertyType, member.Name);
                if (member.PropertyType == typeof(PhoneNumber)) entity.Property<string?>(member.Name + Digits);
                if (member.PropertyType == typeof(ValueList<PhoneNumber>)) entity.Property<string[]>(member.Name + Digits);
                if (ChildList.ItemOf(member.PropertyType) is not null) complex.Ignore(member.Name);
            }
        });
    }

    private static void Flatten(IMutableComplexProperty complex, string prefix)
    {
        foreach (var property in complex.ComplexType.GetProperties()) property.SetColumnName(prefix + Snake(property.Name));
        foreach (var inner in complex.ComplexType.GetComplexProperties()) Flatten(inner, Snake(inner.Name) + "_");
    }

    private static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
