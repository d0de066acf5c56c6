using System.Reflection;
using System.Text.Json;

namespace Crm.Domain.Common;

/// <summary>
/// Names an aggregate on the wire, in the log and in the database when its class cannot have that name: <c>TaskItem</c>, because
/// every file knows another <c>Task</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class RecordNameAttribute(string name) : Attribute
{
    /// <summary>Singular snake_case, such as <c>task</c>.</summary>
    public string Name { get; } = name;
}

/// <summary>What aggregates are called outside the code.</summary>
public static class RecordName
{
    /// <summary>Singular snake_case: the class's name unless <see cref="RecordNameAttribute"/> says another.</summary>
    public static string Of(Type aggregate) =>
        aggregate.GetCustomAttribute<RecordNameAttribute>(false)?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(aggregate.Name);

    /// <summary>The plural of <see cref="Of"/>: the table.</summary>
    public static string Plural(Type aggregate) => Plural(Of(aggregate));

    /// <summary>The plural of a singular snake_case name.</summary>
    public static string Plural(string name) => name switch
    {
        [.., 'a' or 'e' or 'o' or 'u', 'y'] => name + "s",
        [.., 'y'] => name[..^1] + "ies",
        _ when name.EndsWith('s') => name,
        _ => name + "s",
    };
}
