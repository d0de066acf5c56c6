using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace Crm.Domain.Common;

/// <summary>Names the members in which two values of one record type differ.</summary>
public static class DetailsDifference
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Members_ = new();

    /// <summary>The camelCase names of the members that differ, in declaration order.</summary>
    public static IReadOnlyList<string> Members(object before, object after) =>
        [.. Members_.GetOrAdd(before.GetType(), t => t.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            .Where(p => !Equals(p.GetValue(before), p.GetValue(after)))
            .Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name))];
}
