using Crm.Application.Abstractions;
using Crm.Application.Tenants;
using Npgsql;

namespace Crm.Infrastructure.Rebuilding;

/// <summary>Brings the digits of telephone numbers in step with the country the tenant is in now. Repeated from the beginning when it is interrupted: what is right already is only read.</summary>
internal sealed class RespellTelephones(NpgsqlDataSource source) : IOutboxSink
{
    public string Name => TenantSinks.Telephones;

    public Task DeliverAsync(OutboxMessage message, CancellationToken ct) =>
        ((IReadModel)new Telephones()).MendAsync(new Mending(source, message.TenantId, Keeps: true, new RebuildReport(Name, keeps: true)), ct);
}
