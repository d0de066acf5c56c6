using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Binding;

/// <summary>The members a body may have and how the CLR value is made of them.</summary>
public sealed class BodyShape
{
    private static readonly ConcurrentDictionary<Type, BodyShape> Reflected = new();
    private readonly FrozenDictionary<string, Field> _byName;
    private readonly ConstructorInfo _constructor;
    private readonly FrozenDictionary<string, PropertyInfo> _properties;

    private BodyShape(Type type, IReadOnlyList<Field> fields)
    {
        (Type, Fields) = (type, fields);
        _byName = fields.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);
        _constructor = type.GetConstructors(BindingFlags.Public | BindingFlags.Instance).OrderByDescending(c => c.GetParameters().Length)
            .First(c => c.GetParameters() is not [{ } only] || only.ParameterType != type);
        _properties = type.GetProperties().ToFrozenDictionary(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name), StringComparer.Ordinal);
    }

    /// <summary>The CLR type.</summary>
    public Type Type { get; }

    /// <summary>The members.</summary>
    public IReadOnlyList<Field> Fields { get; }

    /// <summary>The member with this wire name, or null.</summary>
    public Field? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The shape of a resource's details, limits and all.</summary>
    public static BodyShape Of(Resource resource) => new(resource.Details, resource.Fields);

    /// <summary>The shape of a request or embedded record, by its constructor's parameters and init-only properties.</summary>
    public static BodyShape Of(Type type) => Reflected.GetOrAdd(type, static t => new BodyShape(t, [.. Reflect(t)]));

    /// <summary>The shape of a member that is an object; lists within it take the words that the member takes.</summary>
    public static BodyShape Of(Field member) => member.Words.Count == 0 ? Of(member.ClrType!)
        : new BodyShape(member.ClrType!, [.. Of(member.ClrType!).Fields.Select(f => f.Kind == FieldKind.Words ? f.Taking(member.Words) : f)]);

    /// <summary>The same shape without members that come from elsewhere, such as the path.</summary>
    public BodyShape Without(IReadOnlySet<string> names) => new(Type, [.. Fields.Where(f => !names.Contains(f.Name))]);

    /// <summary>Makes the value; absent members keep their defaults.</summary>
    public object Make(IReadOnlyDictionary<string, object?> values)
    {
        var parameters = _constructor.GetParameters();
        var arguments = new object?[parameters.Length];
        for (var i = 0; i < parameters.Length; i++)
            arguments[i] = values.TryGetValue(Camel(parameters[i].Name!), out var value) ? value
                : parameters[i].HasDefaultValue ? parameters[i].DefaultValue : null;
        var made = _constructor.Invoke(arguments);
        if (parameters.Length == 0) Set(made, values);
        return made;
    }

    /// <summary>A copy of <paramref name="current"/> with these members replaced.</summary>
    public object With(object current, IReadOnlyDictionary<string, object?> values)
    {
        // Every record type has a compiler-made copy method; init-only setters are ordinary methods to reflection.
        var copy = Type.GetMethod("<Clone>$")!.Invoke(current, null)!;
        Set(copy, values);
        return copy;
    }

    /// <summary>A copy of <paramref name="current"/> with every member of the shape at its default; what the shape does not declare stays.</summary>
    public object Blank(object current)
    {
        var blank = Make(new Dictionary<string, object?>());
        return With(current, Fields.Where(f => !f.ReadOnly && _properties.ContainsKey(f.Name)).ToDictionary(f => f.Name, f => Get(blank, f.Name)));
    }

    /// <summary>The current value of a member.</summary>
    public object? Get(object current, string name) => _properties.TryGetValue(name, out var property) ? property.GetValue(current) : null;

    private void Set(object target, IReadOnlyDictionary<string, object?> values)
    {
        foreach (var (name, value) in values)
            if (_properties.TryGetValue(name, out var property)) property.SetValue(target, value);
    }

    private static IEnumerable<Field> Reflect(Type type)
    {
        var nullability = new NullabilityInfoContext();
        var constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length)
            .First(c => c.GetParameters() is not [{ } only] || only.ParameterType != type);
        if (constructor.GetParameters().Length > 0)
            return constructor.GetParameters().Select(p => Said(p, Make(p.Name!, p.ParameterType,
                IsNullable(p.ParameterType, nullability.Create(p)), p.HasDefaultValue)));
        return type.GetProperties().Where(p => p.CanWrite).Select(p => Make(p.Name, p.PropertyType,
            IsNullable(p.PropertyType, nullability.Create(p)), !p.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute))));
    }

    private static bool IsNullable(Type type, NullabilityInfo info) =>
        Nullable.GetUnderlyingType(type) is not null || (!type.IsValueType && info.WriteState == NullabilityState.Nullable);

    private static Field Make(string name, Type type, bool nullable, bool optional)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        var field = new Field { Name = Camel(name), Kind = KindOf(bare), Column = "", ClrType = type, EnumType = bare.IsEnum ? bare : null };
        field.Limit(int.MaxValue);
        if (!nullable) field.NotNull();
        if (!nullable && !optional) field.Required();
        return field;
    }

    /// <summary>Adds what the parameter's attributes say.</summary>
    private static Field Said(ParameterInfo parameter, Field field)
    {
        if (parameter.GetCustomAttribute<OneOfAttribute>() is { } oneOf) field.OneOf(oneOf.Words);
        field.Example = parameter.GetCustomAttribute<ExampleAttribute>()?.Json;
        return field;
    }

    private static FieldKind KindOf(Type type) => type switch
    {
        _ when type == typeof(string) => FieldKind.Text,
        _ when type == typeof(Guid) => FieldKind.Id,
        _ when type.IsEnum => FieldKind.Choice,
        _ when type == typeof(int) => FieldKind.Integer,
        _ when type == typeof(decimal) => FieldKind.Decimal,
        _ when type == typeof(bool) => FieldKind.Boolean,
        _ when type == typeof(DateOnly) => FieldKind.Date,
        _ when type == typeof(DateTimeOffset) => FieldKind.Instant,
        _ when type == typeof(Money) => FieldKind.Money,
        _ when type == typeof(EmailAddress) => FieldKind.Email,
        _ when type == typeof(PhoneNumber) => FieldKind.Phone,
        _ when type == typeof(Tags) => FieldKind.Tags,
        _ when type == typeof(TextMap) => FieldKind.Map,
        _ when type == typeof(ValueList<string>) => FieldKind.Words,
        _ when type == typeof(ValueList<Guid>) => FieldKind.Ids,
        _ when type == typeof(FreeJson) => FieldKind.Json,
        _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueList<>) => FieldKind.Embedded,
        _ => FieldKind.Object,
    };

    private static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
