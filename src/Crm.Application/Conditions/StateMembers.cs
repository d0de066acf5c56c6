using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using Crm.Application.Resources;

namespace Crm.Application.Conditions;

/// <summary>
/// Which members of a resource its states have: what users state and what the business decided. What is derived when a record is read (totals, when it was
/// created) no event carries, so nothing that looks at states can be asked about it.
/// </summary>
internal static class StateMembers
{
    private static readonly ConcurrentDictionary<Type, FrozenSet<string>> Known = new();

    /// <summary>True when states of the resource have the member.</summary>
    public static bool Has(Resource resource, Field field) => field.Custom is not null || Of(resource.Details).Contains(field.Name);

    // The state record derives from the details; there is exactly one, which StateMappingTests asserts.
    private static FrozenSet<string> Of(Type details) => Known.GetOrAdd(details, static type =>
        (typeof(StateMembers).Assembly.GetTypes().FirstOrDefault(t => t.BaseType == type) ?? type)
        .GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).ToFrozenSet(StringComparer.Ordinal));
}
