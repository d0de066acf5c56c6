using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;

namespace Crm.Application.Binding;

/// <summary>Enums on the wire: UPPER_SNAKE_CASE.</summary>
public static class Choices
{
    private static readonly ConcurrentDictionary<Type, (string[] Names, FrozenDictionary<string, object> Values, FrozenDictionary<object, string> Texts)> Known = new();

    /// <summary>The wire names of an enum, in order.</summary>
    public static IReadOnlyList<string> Names(Type type) => Of(type).Names;

    /// <summary>The enum value with this wire name.</summary>
    public static bool TryParse(Type type, string text, out object value) => Of(type).Values.TryGetValue(text, out value!);

    /// <summary>The enum value with a wire name that the service itself has written.</summary>
    /// <exception cref="InvalidOperationException">It is none of the names.</exception>
    public static T Value<T>(string text) where T : struct, Enum => TryParse(typeof(T), text, out var value) ? (T)value : throw new InvalidOperationException($"{text} is no {typeof(T).Name}.");

    /// <summary>The wire name of an enum value.</summary>
    public static string Text(Enum value) => Of(value.GetType()).Texts[value];

    private static (string[] Names, FrozenDictionary<string, object> Values, FrozenDictionary<object, string> Texts) Of(Type type) => Known.GetOrAdd(type, static t =>
    {
        var pairs = Enum.GetValues(t).Cast<object>().Select(v => (Value: v, Name: JsonNamingPolicy.SnakeCaseUpper.ConvertName(v.ToString()!))).ToArray();
        return ([.. pairs.Select(p => p.Name)], pairs.ToFrozenDictionary(p => p.Name, p => p.Value), pairs.ToFrozenDictionary(p => p.Value, p => p.Name));
    });
}
