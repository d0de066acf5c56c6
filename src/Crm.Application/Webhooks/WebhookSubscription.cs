using Crm.Application.Abstractions;
using Crm.Application.Conditions;
using Crm.Application.Events;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Webhooks;

namespace Crm.Application.Webhooks;

/// <summary>Which events a webhook is sent: those it asks for by type, about records that meet its filter.</summary>
internal sealed class WebhookSubscription
{
    private readonly WebhookListener _listener;
    private readonly ResourceCatalog _resources;
    private readonly ConditionTree? _filter;

    public WebhookSubscription(WebhookListener listener, ResourceCatalog resources, Caller caller)
    {
        (_listener, _resources) = (listener, resources);
        if (listener.Filter is not { } filter || ResourceOf(listener.Events, resources) is not { } resource) return;
        try
        {
            _filter = ConditionTree.Parse(resource, filter.Element, caller, isSaved: true);
        }
        catch (CrmException)
        {
            // It names a custom field that is gone: it holds nothing back any more. Rather too much than too little.
        }
    }

    public Guid WebhookId => _listener.Id;

    /// <summary>Refuses a filter that cannot be asked of what the webhook is sent.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED for <c>filter</c>.</exception>
    public static void Check(WebhookDetails details, ResourceCatalog resources, Caller caller)
    {
        if (details.Filter is not { } filter) return;
        if (ResourceOf(details.Events, resources) is not { } resource) throw CrmException.Validation("filter", "goes with events of one kind of record only, such as lead.*");
        try
        {
            ConditionTree.Parse(resource, filter.Element, caller);
        }
        catch (CrmException refusal) when (refusal.Kind == ErrorKind.Validation)
        {
            throw CrmException.Validation("filter", refusal.Message);
        }
    }

    /// <summary>
    /// True when the webhook is sent the event. Of the events of one version only the last has the record's state: the others are asked by it, as far as it is in the same
    /// <paramref name="piece"/> of the log, and are sent where it is not.
    /// </summary>
    public bool Includes(LoggedEvent logged, IReadOnlyList<LoggedEvent> piece)
    {
        var e = logged.Event;
        if (_resources.ByEventName(e.AggregateType) is not { IsPersonal: false } || !WebhookEvents.Include(_listener.Events, e.Type)) return false;
        if (_filter is null) return true;
        var state = e.Data.TryGetProperty("record", out var own) ? own
            : piece.Where(other => other.Event.AggregateId == e.AggregateId && other.Event.Version == e.Version)
                .Select(other => other.Event.Data.TryGetProperty("record", out var found) ? found : default).FirstOrDefault(found => found.ValueKind == System.Text.Json.JsonValueKind.Object);
        return state.ValueKind != System.Text.Json.JsonValueKind.Object || _filter.Matches(state);
    }

    /// <summary>The one resource that events of these types are about; null when there are several, or any.</summary>
    private static Resource? ResourceOf(IReadOnlyList<string> events, ResourceCatalog resources) =>
        events.Select(type => type.Split('.')[0]).Distinct().ToList() is [var one] ? resources.ByEventName(one) : null;
}
