using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Common;
using Crm.Domain.Tenants;

namespace Crm.Application.Tenants;

/// <summary>Changes the tenant's settings.</summary>
[Requires(Permissions.TenantWrite)]
public sealed record UpdateTenant(Patch<TenantDetails> Changes) : ICommand<Guid>, IChangesRecord, IAuditedSubject
{
    Guid IChangesRecord.IdFor(Caller caller) => caller.TenantId;
    IPatch IChangesRecord.Patch => Changes;
    Type IChangesRecord.Aggregate => typeof(Tenant);
    string? IAuditedSubject.Resource => "tenant";
    Guid? IAuditedSubject.RecordId => null;
}

internal sealed class UpdateTenantHandler(IRepository<Tenant> tenants, IRequestContext context) : ICommandHandler<UpdateTenant, Guid>
{
    public async Task<Guid> Handle(UpdateTenant command, CancellationToken ct)
    {
        var tenant = await tenants.GetAsync(context.Caller.TenantId, ct);
        tenant.Revise(command.Changes.ApplyTo(tenant.Details));
        return tenant.Id;
    }
}

/// <summary>Won values are counted in the tenant's currency and last contacts by its days: both follow in the same transaction.</summary>
internal sealed class RecountCustomersWhenTenantUpdated(ICustomerFigures figures) : IDomainEventHandler<Updated<Tenant>>
{
    public Task HandleAsync(Updated<Tenant> updated, CancellationToken ct)
    {
        if (updated.Members.Contains("currency") || updated.Members.Contains("timeZone")) figures.TouchAll();
        return Task.CompletedTask;
    }
}

/// <summary>Local numbers are read as the country's: in another country the digits beside them, by which they are found, are others.</summary>
internal sealed class RespellTelephonesWhenTenantUpdated(IOutbox outbox) : IDomainEventHandler<Updated<Tenant>>
{
    public Task HandleAsync(Updated<Tenant> updated, CancellationToken ct)
    {
        if (updated.Members.Contains("country")) outbox.Enqueue(updated, TenantSinks.Telephones);
        return Task.CompletedTask;
    }
}
