using Crm.Application.Abstractions;
using Crm.Domain.Common;
using FluentValidation;

namespace Crm.Application.Platform;

/// <summary>
/// Suspends an organization: from now on everybody of it is refused with 403 TENANT_SUSPENDED, on every instance, programs and streams too, and nothing is done for it — rules, schedules,
/// webhooks and e-mails wait. Nothing is lost. INVALID_STATE: it is suspended.
/// </summary>
/// <param name="Reason">Why, for the platform's own memory; 1–1,000 characters.</param>
public sealed record SuspendTenant(Guid Id, string Reason) : ICommand<PlatformTenant>, IPlatformRequest
{
    Guid? IPlatformRequest.AboutTenant => Id;
}

internal sealed class SuspendTenantValidator : AbstractValidator<SuspendTenant>
{
    public SuspendTenantValidator() => RuleFor(c => c.Reason).NotEmpty().MaximumLength(1_000);
}

internal sealed class SuspendTenantHandler(ITenantBook tenants) : ICommandHandler<SuspendTenant, PlatformTenant>
{
    public async Task<PlatformTenant> Handle(SuspendTenant command, CancellationToken ct)
    {
        if (await tenants.FindAsync(command.Id, ct) is null) throw CrmException.NotFound("organization");
        if (!await tenants.SuspendAsync(command.Id, command.Reason, ct)) throw CrmException.Conflict("INVALID_STATE", "It is suspended.");
        return (await tenants.FindAsync(command.Id, ct))!;
    }
}

/// <summary>Lets a suspended organization in again, and goes on with what waited. A period that ended meanwhile ends now: time that was not given is not charged for. INVALID_STATE: it is not suspended.</summary>
public sealed record RestoreTenant(Guid Id) : ICommand<PlatformTenant>, IPlatformRequest
{
    Guid? IPlatformRequest.AboutTenant => Id;
}

internal sealed class RestoreTenantHandler(ITenantBook tenants, ISubscriptionBooks books, TimeProvider clock) : ICommandHandler<RestoreTenant, PlatformTenant>
{
    public async Task<PlatformTenant> Handle(RestoreTenant command, CancellationToken ct)
    {
        if (await tenants.FindAsync(command.Id, ct) is null) throw CrmException.NotFound("organization");
        if (!await tenants.RestoreAsync(command.Id, ct)) throw CrmException.Conflict("INVALID_STATE", "It is not suspended.");
        var before = await books.HoldAsync(command.Id, ct);
        var after = before.Awaken(clock.GetUtcNow());
        if (after != before) await books.KeepAsync(after, ct);
        return (await tenants.FindAsync(command.Id, ct))!;
    }
}
