using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Invitations;

namespace Crm.Application.Invitations;

/// <summary>Keeps the link's hash with the invitation, and hands the e-mail to the outbox.</summary>
internal sealed class SendLinkWhenInvitationSent(IInvitationRepository invitations, IInvitationLinks links, IOutbox outbox) : IDomainEventHandler<InvitationSent>
{
    public async Task HandleAsync(InvitationSent sent, CancellationToken ct)
    {
        var invitation = await invitations.GetAsync(sent.InvitationId, ct);
        await links.KeepAsync(invitation.Id, sent.TokenId, invitation.Details.Email, sent.ExpiresAt, ct);
        outbox.Enqueue(sent, InvitationEmail.SinkName);
    }
}
