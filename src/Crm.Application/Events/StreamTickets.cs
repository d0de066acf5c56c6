using Crm.Application.Abstractions;
using Crm.Domain.Common;

namespace Crm.Application.Events;

/// <summary>Opens a WebSocket once, instead of credentials: for browsers, which cannot send headers with it.</summary>
/// <param name="Ticket">What goes into the address.</param>
/// <param name="ExpiresAt">Until when it opens anything.</param>
public sealed record StreamTicket(string Ticket, DateTimeOffset ExpiresAt) : ISecretAnswer;

/// <summary>Tickets of sessions, good once, for a moment.</summary>
public interface IStreamTickets
{
    /// <summary>A new one, in the command's transaction.</summary>
    Task<StreamTicket> IssueAsync(Guid userId, Guid sessionId, CancellationToken ct);

    /// <summary>Uses it up: whose it was, or null when it is none, was used or has expired.</summary>
    Task<TokenIdentity?> RedeemAsync(string ticket, CancellationToken ct);
}

/// <summary>
/// A ticket with which GET /events/ws can be opened once within 30 seconds, as ?ticket=. What it opens lasts while your session does.
/// Raises FORBIDDEN for who has no session here, such as an API key: it goes into the first message instead.
/// </summary>
[Requires(Permissions.EventsRead)]
public sealed record IssueStreamTicket : ICommand<StreamTicket>;

internal sealed class IssueStreamTicketHandler(IStreamTickets tickets, IRequestContext context) : ICommandHandler<IssueStreamTicket, StreamTicket>
{
    public Task<StreamTicket> Handle(IssueStreamTicket command, CancellationToken ct) => context.Caller is { SessionId: { } session, UserId: var user }
        ? tickets.IssueAsync(user, session, ct)
        : throw CrmException.Forbidden("Tickets are for sessions of this service; send your credentials in the first message.");
}

/// <summary>
/// The tenant's log as it goes on, over a WebSocket (RFC 6455). Without a ticket the first message has the credentials: {"token": …} or {"apiKey": …}, and
/// tenantId where they reach several; then {"subscribe": {types, aggregateType, aggregateId, after}}. Each event is a message.
/// </summary>
/// <param name="Ticket">One of POST /events/tickets.</param>
[Public]
public sealed record OpenEventSocket(string? Ticket = null) : IQuery<SocketStart>;

/// <summary>With what a socket is opened.</summary>
public sealed record SocketStart(string? Ticket);

internal sealed class OpenEventSocketHandler : IQueryHandler<OpenEventSocket, SocketStart>
{
    public Task<SocketStart> Handle(OpenEventSocket query, CancellationToken ct) => Task.FromResult(new SocketStart(query.Ticket));
}
