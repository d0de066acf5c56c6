using System.Collections.Concurrent;
using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Outbound;
using Crm.Application.Records;
using Crm.Domain.Common;

namespace Crm.Application.Webhooks;

/// <summary>Looks where addresses lead before the transaction opens, and remembers the answers for it.</summary>
public sealed class WebhookAddresses(IOutboundHttp outbound) : ISharedByUseCases
{
    private const int AtOnce = 8;
    private readonly ConcurrentDictionary<string, string?> _refusals = new(StringComparer.Ordinal);

    /// <summary>Looks at addresses.</summary>
    public Task LookAsync(IEnumerable<string> urls, CancellationToken ct) =>
        Parallel.ForEachAsync(urls.Distinct(StringComparer.Ordinal), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
            async (url, stop) => _refusals[url] = await outbound.RefusalAsync(url, stop));

    /// <summary>Why an address that was looked at must not be called, or null.</summary>
    public string? Refusal(string url) => _refusals.GetValueOrDefault(url);

    /// <summary>Refuses an address that leads inside. What nobody looked at yet is looked at when it is called.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED for <c>url</c>.</exception>
    public void Ensure(string url)
    {
        if (Refusal(url) is { } refusal) throw CrmException.Validation("url", refusal);
    }
}

internal sealed class LookAtAddressBeforeWebhookIsCreated(WebhookAddresses addresses) : IPreparation<CreateWebhook>
{
    public Task PrepareAsync(CreateWebhook command, CancellationToken ct) => addresses.LookAsync([command.Details.Url], ct);
}

internal sealed class LookAtAddressBeforeWebhookIsUpdated(WebhookAddresses addresses) : IPreparation<UpdateWebhook>
{
    public Task PrepareAsync(UpdateWebhook command, CancellationToken ct) =>
        command.Changes.Has("url") && command.Changes.ApplyTo(WebhookAddressPatch.Blank).Url is { Length: > 0 } url ? addresses.LookAsync([url], ct) : Task.CompletedTask;
}

/// <summary>What a patch is applied to when only the address in it is of interest.</summary>
internal static class WebhookAddressPatch
{
    public static Domain.Webhooks.WebhookDetails Blank { get; } = new() { Url = "" };
}

internal sealed class LookAtAddressesBeforeBatch(WebhookAddresses addresses, WebhookResource webhooks) : IPreparation<BatchRecords>
{
    public Task PrepareAsync(BatchRecords command, CancellationToken ct) => command.Resource.Name != webhooks.Name ? Task.CompletedTask
        : addresses.LookAsync(BatchBody.Read(command.Body, command.Resource).Operations
            .Where(o => o.Data.ValueKind == JsonValueKind.Object && o.Data.TryGetProperty("url", out var url) && url.ValueKind == JsonValueKind.String && Binding.JsonText.TryGet(url, out _))
            .Select(o => o.Data.GetProperty("url").GetString()!).Where(url => OutboundUrl.Refusal(url) is null), ct);
}
