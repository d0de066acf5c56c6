using System.Data.Common;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Domain.Approvals;
using Crm.Domain.Banking;
using Crm.Domain.Assignments;
using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Invoices;
using Crm.Domain.Offers;
using Crm.Domain.Orders;
using Crm.Domain.Workflows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Crm.Infrastructure.Persistence;

/// <summary>The write model. Aggregates map by convention: <see cref="AggregateMapping"/>.</summary>
internal sealed class CrmDbContext(DbContextOptions<CrmDbContext> options) : DbContext(options)
{
    /// <summary>The tenant whose rows exist for this context; the first of the four nets.</summary>
    public Guid TenantId { get; set; }

    /// <summary>
    /// Takes part in a transaction; contexts are pooled, so all that one knows of it is said here. What changed raises events: only
    /// those aggregates are compared with what was loaded, not everything tracked. A failed save ends the transaction or a savepoint
    /// of ours: EF makes none.
    /// </summary>
    public async Task EnterAsync(DbConnection connection, DbTransaction transaction, Guid tenantId, CancellationToken ct)
    {
        ChangeTracker.AutoDetectChangesEnabled = false;
        Database.AutoSavepointsEnabled = false;
        Database.SetDbConnection(connection, contextOwnsConnection: false);
        await Database.UseTransactionAsync(transaction, ct);
        TenantId = tenantId;
    }

    /// <summary>Forgets everything about the transaction, which has ended or is about to.</summary>
    public void Leave()
    {
        ChangeTracker.Clear();
        Database.UseTransaction(null);
        Database.SetDbConnection(null, contextOwnsConnection: false);
        TenantId = Guid.Empty;
    }

    public DbSet<OutboxRow> Outbox => Set<OutboxRow>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configuration)
    {
        configuration.Properties<EmailAddress>().HaveConversion<EmailConverter>();
        configuration.Properties<PhoneNumber>().HaveConversion<PhoneConverter>();
        configuration.Properties<Tags>().HaveConversion<TagsConverter, ByValue<Tags>>();
        configuration.Properties<TextMap>().HaveConversion<MapConverter, ByValue<TextMap>>().HaveColumnType("jsonb");
        configuration.Properties<CustomValue>().HaveConversion<JsonConverter<CustomValue>, ByValue<CustomValue>>().HaveColumnType("jsonb");
        configuration.Properties<CustomValues>().HaveConversion<JsonConverter<CustomValues>, ByValue<CustomValues>>().HaveColumnType("jsonb");
        configuration.Properties<ValueList<string>>().HaveConversion<TextsConverter, ByValue<ValueList<string>>>();
        configuration.Properties<ValueList<EmailAddress>>().HaveConversion<EmailsConverter, ByValue<ValueList<EmailAddress>>>();
        configuration.Properties<ValueList<PhoneNumber>>().HaveConversion<PhonesConverter, ByValue<ValueList<PhoneNumber>>>();
        configuration.Properties<FreeJson>().HaveConversion<JsonConverter<FreeJson>, ByValue<FreeJson>>().HaveColumnType("jsonb");
        configuration.Properties<WorkflowTrigger>().HaveConversion<JsonConverter<WorkflowTrigger>, ByValue<WorkflowTrigger>>().HaveColumnType("jsonb");
        configuration.Properties<ValueList<WorkflowAction>>().HaveConversion<JsonListConverter<WorkflowAction>, ByValue<ValueList<WorkflowAction>>>().HaveColumnType("jsonb");
        configuration.Properties<ValueList<Territory>>().HaveConversion<JsonListConverter<Territory>, ByValue<ValueList<Territory>>>().HaveColumnType("jsonb");
        configuration.Properties<ValueList<ApprovalVote>>().HaveConversion<JsonListConverter<ApprovalVote>, ByValue<ValueList<ApprovalVote>>>().HaveColumnType("jsonb");
        configuration.Properties<ValueList<LineAdjustment>>().HaveConversion<JsonListConverter<LineAdjustment>, ByValue<ValueList<LineAdjustment>>>().HaveColumnType("jsonb");
        configuration.Properties<ValueList<DocumentAdjustment>>().HaveConversion<JsonListConverter<DocumentAdjustment>, ByValue<ValueList<DocumentAdjustment>>>().HaveColumnType("jsonb");
        configuration.Properties<ValueList<DocumentTax>>().HaveConversion<JsonListConverter<DocumentTax>, ByValue<ValueList<DocumentTax>>>().HaveColumnType("jsonb");
        configuration.Properties<ValueList<OrderDelivery>>().HaveConversion<JsonListConverter<OrderDelivery>, ByValue<ValueList<OrderDelivery>>>().HaveColumnType("jsonb");
        configuration.Properties<ValueList<OrderAllocation>>().HaveConversion<JsonListConverter<OrderAllocation>, ByValue<ValueList<OrderAllocation>>>().HaveColumnType("jsonb");
        configuration.Properties<ValueList<DunningStage>>().HaveConversion<JsonListConverter<DunningStage>, ByValue<ValueList<DunningStage>>>().HaveColumnType("jsonb");
        configuration.Properties<OfferAcceptance>().HaveConversion<JsonConverter<OfferAcceptance>, ByValue<OfferAcceptance>>().HaveColumnType("jsonb");
        configuration.Properties<ValueList<AccountStatement>>().HaveConversion<JsonListConverter<AccountStatement>, ByValue<ValueList<AccountStatement>>>().HaveColumnType("jsonb");
        configuration.Properties<DocumentParty>().HaveConversion<JsonConverter<DocumentParty>, ByValue<DocumentParty>>().HaveColumnType("jsonb");
        foreach (var type in typeof(AggregateRoot).Assembly.GetTypes().Where(t => t is { IsEnum: true, IsPublic: true }))
            configuration.Properties(type).HaveConversion(typeof(ChoiceConverter<>).MakeGenericType(type));
    }

    protected override void OnModelCreating(ModelBuilder model)
    {
        model.HasDefaultSchema("crm");
        AggregateMapping.Apply(model, this);
        model.Entity<OutboxRow>().ToTable("outbox").HasKey(e => e.Id);
        AggregateMapping.SnakeCase(model);
    }

    private sealed class EmailConverter() : ValueConverter<EmailAddress, string>(v => v.Value, v => EmailAddress.Parse(v, "email"));
    private sealed class PhoneConverter() : ValueConverter<PhoneNumber, string>(v => v.Text, v => PhoneNumber.Parse(v, "phone"));
    private sealed class TagsConverter() : ValueConverter<Tags, string[]>(v => v.ToArray(), v => Tags.Of(v, "tags"));
    private sealed class TextsConverter() : ValueConverter<ValueList<string>, string[]>(v => v.ToArray(), v => ValueList.Of(v));
    private sealed class JsonConverter<T>() : ValueConverter<T, string>(v => System.Text.Json.JsonSerializer.Serialize(v, WireJson.Options), v => System.Text.Json.JsonSerializer.Deserialize<T>(v, WireJson.Options)!);
    private sealed class JsonListConverter<T>() : ValueConverter<ValueList<T>, string>(v => System.Text.Json.JsonSerializer.Serialize(v, WireJson.Options), v => ValueList.Of(System.Text.Json.JsonSerializer.Deserialize<T[]>(v, WireJson.Options)));
    private sealed class EmailsConverter() : ValueConverter<ValueList<EmailAddress>, string[]>(v => v.Select(e => e.Value).ToArray(), v => ValueList.Of(v.Select(e => EmailAddress.Parse(e, "emails"))));
    private sealed class PhonesConverter() : ValueConverter<ValueList<PhoneNumber>, string[]>(v => v.Select(e => e.Text).ToArray(), v => ValueList.Of(v.Select(e => PhoneNumber.Parse(e, "phones"))));
    private sealed class MapConverter() : ValueConverter<TextMap, string>(v => System.Text.Json.JsonSerializer.Serialize(v.ToDictionary(e => e.Key, e => e.Value), WireJson.Options), v => TextMap.Of(System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, string>>(v, WireJson.Options), "socialLinks"));
    private sealed class ChoiceConverter<T>() : ValueConverter<T, string>(v => Choices.Text(v), v => Parse<T>(v)) where T : struct, Enum;
    private sealed class ByValue<T>() : ValueComparer<T>((a, b) => object.Equals(a, b), v => v == null ? 0 : v.GetHashCode(), v => v);

    private static T Parse<T>(string text) where T : struct, Enum => Choices.TryParse(typeof(T), text, out var value) ? (T)value : throw new InvalidOperationException($"{text} is no {typeof(T).Name}.");
}
