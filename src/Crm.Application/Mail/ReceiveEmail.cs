using System.Security.Cryptography;
using System.Text;
using Crm.Application.Abstractions;
using Crm.Application.Workflows;
using Crm.Domain.Common;

namespace Crm.Application.Mail;

/// <summary>An e-mail that was taken.</summary>
/// <param name="MessageId">What it is known by: its Message-ID, or one made from what it says.</param>
/// <param name="IsRepeated">Whether it had been taken before; then it has had no effect now.</param>
/// <param name="Runs">How many rules it has set off.</param>
public sealed record TakenEmail(string MessageId, bool IsRepeated, int Runs);

/// <summary>
/// Takes an e-mail at the organization's secret address and sets off the rules whose trigger is EMAIL_RECEIVED, once per Message-ID however often it is handed in. The body is the message as it
/// travels (RFC 5322), at most 16 MiB. 400 for what is no message, 404 for an address that leads nowhere.
/// </summary>
/// <param name="Token">The secret of the address.</param>
[Public]
public sealed record ReceiveEmail(string Token, IncomingBody Message) : ICommand<TakenEmail>;

/// <summary>What was read of the message that is being taken.</summary>
public sealed class IncomingEmail : ISharedByUseCases
{
    /// <summary>Whose it is, and what it says.</summary>
    internal (Guid TenantId, ReceivedEmail Email)? Read { get; set; }
}

/// <summary>Reads the message before anything is open in the database, and nothing of it for who does not know an address.</summary>
internal sealed class ReadEmailBeforeItIsReceived(IInboundAddresses addresses, IncomingEmail incoming) : IPreparation<ReceiveEmail>
{
    private const int LongestId = 500;

    public async Task PrepareAsync(ReceiveEmail command, CancellationToken ct)
    {
        if (await addresses.TenantOfAsync(command.Token, ct) is not { } tenant) throw CrmException.NotFound("address for e-mails");
        var raw = await command.Message.ReadAsync();
        try
        {
            incoming.Read = (tenant, Told(MailParser.Parse(raw)));
        }
        catch (MalformedMailException reason)
        {
            throw CrmException.Validation("$", $"is no e-mail: it {reason.Message}");
        }
    }

    private static ReceivedEmail Told(MailMessage message)
    {
        var id = message.MessageId is { Length: <= LongestId } own ? own : $"<{Fingerprint(message)}@by-content.invalid>";
        return new ReceivedEmail(message.From.Address.Value, message.From.Name, [.. message.To.Select(a => a.Address.Value)], message.Subject, message.Text, id)
        {
            Cc = [.. message.Cc.Select(a => a.Address.Value)], InReplyTo = message.InReplyTo, IsAutomatic = message.IsAutomatic, Attachments = message.Attachments, IsTextCut = message.IsTextCut,
        };
    }

    /// <summary>The same whenever the same is handed in, whatever servers have written above it on the way.</summary>
    private static string Fingerprint(MailMessage message) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', (string?[])[message.MessageId, message.Date, message.From.Address.Value, message.Subject, message.InReplyTo, .. message.To.Select(a => a.Address.Value), .. message.Attachments, message.Text]))));
}

internal sealed class ReceiveEmailHandler(IncomingEmail incoming, IInboundAddresses addresses, ISystemCallers callers, ITenantEntry entry, ReceivedEmails emails) : ICommandHandler<ReceiveEmail, TakenEmail>
{
    public async Task<TakenEmail> Handle(ReceiveEmail command, CancellationToken ct)
    {
        var (tenant, email) = incoming.Read ?? throw new InvalidOperationException("The message has not been read.");
        await entry.EnterAsync(await callers.FindAsync(tenant, ct) ?? throw CrmException.NotFound("address for e-mails"), ct);
        return await addresses.AcceptAsync(email.MessageId, ct) ? new TakenEmail(email.MessageId, false, await emails.TakeAsync(email, ct)) : new TakenEmail(email.MessageId, true, 0);
    }
}
