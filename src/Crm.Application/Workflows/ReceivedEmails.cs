using System.Buffers;
using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Workflows;

namespace Crm.Application.Workflows;

/// <summary>An e-mail that arrived.</summary>
/// <param name="From">Who sent it: the address.</param>
/// <param name="FromName">Their name, if it is known.</param>
/// <param name="To">To whom.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Text">What it says.</param>
/// <param name="MessageId">What the sender's system calls it (RFC 5322 §3.6.4).</param>
public sealed record ReceivedEmail(string From, string? FromName, IReadOnlyList<string> To, string Subject, string Text, string MessageId)
{
    /// <summary>Who had a copy.</summary>
    public IReadOnlyList<string> Cc { get; init; } = [];
    /// <summary>The message it answers.</summary>
    public string? InReplyTo { get; init; }
    /// <summary>True when a machine sent it by itself (RFC 3834): it is not answered by a machine.</summary>
    public bool IsAutomatic { get; init; }
    /// <summary>The names of what was attached.</summary>
    public IReadOnlyList<string> Attachments { get; init; } = [];
    /// <summary>True when the text was longer than what is here.</summary>
    public bool IsTextCut { get; init; }
}

/// <summary>
/// Sets off the rules whose trigger is EMAIL_RECEIVED, in the open transaction of the tenant, so once if the e-mail is taken once. The record is the newest of the rule's resource with the sender's
/// address, if there is one; the e-mail is there for the steps as {{payload.subject}} and so on.
/// </summary>
public sealed class ReceivedEmails(ActiveRules rules, RecordReader reader, IWorkflowRuns runs, TimeProvider clock) : ISharedByUseCases
{
    /// <summary>Takes one; how many rules it has set off.</summary>
    public async Task<int> TakeAsync(ReceivedEmail email, CancellationToken ct)
    {
        var payload = FreeJson.Of(JsonSerializer.SerializeToElement(email, WireJson.Options))!;
        var (setOff, senders) = (0, new Dictionary<string, (Guid? Id, JsonElement Record)>(StringComparer.Ordinal));
        foreach (var rule in (await rules.AllAsync(ct)).Where(r => r.Trigger.Type == WorkflowTriggerType.EmailReceived))
        {
            if (!senders.TryGetValue(rule.Resource.Name, out var sender)) senders[rule.Resource.Name] = sender = await FromAsync(rule.Resource, email.From, ct);
            var (id, record) = sender;
            var state = NewRuns.Of(rule, id, null, email.MessageId, record, record, clock.GetUtcNow()) with { Payload = payload };
            await runs.AddAsync(state, ct);
            if (state.IsOpen) setOff++;
        }
        return setOff;
    }

    private async Task<(Guid? Id, JsonElement Record)> FromAsync(Resource resource, string address, CancellationToken ct)
    {
        var field = resource.Fields.FirstOrDefault(f => f is { Kind: FieldKind.Email or FieldKind.Emails, Filters: true });
        var page = field is null ? null : await reader.ListAsync(resource, new ListRequest { Filter = new Condition(field, FilterOperator.Eq, [address.ToLowerInvariant()]), Take = 1, Count = CountMode.None }, ct);
        if (page is not { Rows: [var row, ..] }) return (null, JsonSerializer.SerializeToElement(new object()));
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) row.Write(writer);
        return (row.Id, JsonSerializer.Deserialize<JsonElement>(buffer.WrittenSpan));
    }
}
