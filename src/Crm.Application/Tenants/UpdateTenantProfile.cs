using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Common;
using Crm.Domain.Files;
using Crm.Domain.Tenants;

namespace Crm.Application.Tenants;

/// <summary>Changes how the tenant stands on documents. UNPROCESSABLE: the logo is no image you can see.</summary>
[Requires(Permissions.TenantWrite)]
public sealed record UpdateTenantProfile(Patch<TenantDetails> Changes) : ICommand<Guid>, IChangesRecord, IAuditedSubject
{
    Guid IChangesRecord.IdFor(Caller caller) => caller.TenantId;
    IPatch IChangesRecord.Patch => Changes;
    Type IChangesRecord.Aggregate => typeof(Tenant);
    string? IChangesRecord.View => TenantProfileResource.Own;
    string? IAuditedSubject.Resource => "tenant";
    Guid? IAuditedSubject.RecordId => null;
}

internal sealed class UpdateTenantProfileHandler(IRepository<Tenant> tenants, IRepository<StoredFile> files, IRequestContext context) : ICommandHandler<UpdateTenantProfile, Guid>
{
    public async Task<Guid> Handle(UpdateTenantProfile command, CancellationToken ct)
    {
        var tenant = await tenants.GetAsync(context.Caller.TenantId, ct);
        var details = command.Changes.ApplyTo(tenant.Details);
        if (details.LogoFileId is { } logo && logo != tenant.Details.LogoFileId && (await files.FindAsync(logo, ct))?.ContentType.StartsWith("image/", StringComparison.Ordinal) != true)
            throw CrmException.Unprocessable("logoFileId", "refers to no image you can see");
        tenant.Revise(details);
        return tenant.Id;
    }
}
