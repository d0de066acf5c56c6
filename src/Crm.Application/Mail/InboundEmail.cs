using Crm.Application.Abstractions;
using MediatR;

namespace Crm.Application.Mail;

/// <summary>Where e-mails are handed in, as it is shown once.</summary>
/// <param name="Url">The secret address: POST each message to it as message/rfc822.</param>
/// <param name="PreviousEndsAt">Until when the address before it takes messages as well; null when there was none.</param>
public sealed record OpenedInboundEmail(string Url, DateTimeOffset? PreviousEndsAt) : ISecretAnswer
{
    /// <summary>Nothing of the address, which does not belong into logs.</summary>
    public override string ToString() => "an address for e-mails";
}

/// <summary>Whether e-mails are taken.</summary>
/// <param name="IsOpen">Whether there is an address.</param>
/// <param name="OpenedAt">Since when there is the present one.</param>
/// <param name="PreviousEndsAt">Until when the one before takes messages as well.</param>
public sealed record InboundEmail(bool IsOpen, DateTimeOffset? OpenedAt, DateTimeOffset? PreviousEndsAt);

/// <summary>The secret addresses at which organizations take e-mails: made here, kept as hashes only.</summary>
public interface IInboundAddresses
{
    /// <summary>Makes another token for the caller's tenant; the one before counts for 24 hours more. In the command's transaction.</summary>
    Task<(string Token, DateTimeOffset? PreviousEndsAt)> IssueAsync(CancellationToken ct);

    /// <summary>What there is for the caller's tenant.</summary>
    Task<InboundEmail> FindAsync(CancellationToken ct);

    /// <summary>Ends them all; false when there was none. In the command's transaction.</summary>
    Task<bool> CloseAsync(CancellationToken ct);

    /// <summary>Whose address it is; null when it is none of ours, or has ended.</summary>
    Task<Guid?> TenantOfAsync(string token, CancellationToken ct);

    /// <summary>Remembers in the command's transaction that the tenant has had the message; false when it had it before. A twin at work on it is waited for.</summary>
    Task<bool> AcceptAsync(string messageId, CancellationToken ct);
}

/// <summary>
/// Gives the organization a secret address at which it takes e-mails, which is in this answer and nowhere else. Where there is one, it makes another; for 24 hours messages are taken at
/// both, so that none is lost while the mail server is told.
/// </summary>
[Requires(Permissions.WorkflowRulesWrite)]
public sealed record OpenInboundEmail : ICommand<OpenedInboundEmail>;

/// <summary>Whether the organization takes e-mails, and since when at the present address.</summary>
[Requires(Permissions.WorkflowRulesRead)]
public sealed record GetInboundEmail : IQuery<InboundEmail>;

/// <summary>Takes no e-mails any more, at once; nor at the address before. Where there is none, nothing changes.</summary>
[Requires(Permissions.WorkflowRulesWrite)]
public sealed record CloseInboundEmail : ICommand<Unit>;

internal sealed class OpenInboundEmailHandler(IInboundAddresses addresses, IAuditLog audit, IRequestContext context) : ICommandHandler<OpenInboundEmail, OpenedInboundEmail>
{
    public async Task<OpenedInboundEmail> Handle(OpenInboundEmail command, CancellationToken ct)
    {
        var (token, previousEndsAt) = await addresses.IssueAsync(ct);
        await audit.WriteAsync(InboundEmailAudit.Of(nameof(OpenInboundEmail), context), ct);
        return new OpenedInboundEmail($"/api/v1/hooks/email/{token}", previousEndsAt);
    }
}

internal sealed class GetInboundEmailHandler(IInboundAddresses addresses) : IQueryHandler<GetInboundEmail, InboundEmail>
{
    public Task<InboundEmail> Handle(GetInboundEmail query, CancellationToken ct) => addresses.FindAsync(ct);
}

internal sealed class CloseInboundEmailHandler(IInboundAddresses addresses, IAuditLog audit, IRequestContext context) : ICommandHandler<CloseInboundEmail, Unit>
{
    public async Task<Unit> Handle(CloseInboundEmail command, CancellationToken ct)
    {
        if (await addresses.CloseAsync(ct)) await audit.WriteAsync(InboundEmailAudit.Of(nameof(CloseInboundEmail), context), ct);
        return Unit.Value;
    }
}

/// <summary>An address is no record and leaves no event to tell of it.</summary>
internal static class InboundEmailAudit
{
    public static AuditEntry Of(string action, IRequestContext context) => new(context.Caller.TenantId, context.Caller.UserId, action, AuditOutcome.Succeeded, "inbound-email", null, null);
}
