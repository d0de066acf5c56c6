namespace Crm.Application.Abstractions;

/// <summary>Sends text messages. Called after commit, never inside a transaction.</summary>
public interface ISmsSender
{
    /// <summary>False where no provider is configured: then nobody is sent any.</summary>
    bool IsOn { get; }

    /// <summary>Hands the message to the provider. Throws when that did not take it; the caller tries again later.</summary>
    /// <exception cref="UndeliverableException">The provider refuses it for good.</exception>
    Task SendAsync(SmsMessage message, CancellationToken ct);
}

/// <summary>A text message.</summary>
/// <param name="Id">Names the message to the provider: sent again under the same id, it is the same message.</param>
/// <param name="To">The number as its owner wrote it.</param>
public sealed record SmsMessage(Guid Id, string To, string Text);
