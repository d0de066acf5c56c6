using System.Reflection;
using System.Runtime.CompilerServices;
using Crm.Application.Abstractions;
using Crm.Domain.Common;
using MediatR;

namespace Crm.Architecture.Tests;

/// <summary>The rules of the tree. Each takes types and names those that break it, so that it can be run on bad twins too.</summary>
internal static class Rules
{
    public static IEnumerable<string> ReferencesOnly(Assembly assembly, params string[] allowed) => assembly.GetReferencedAssemblies()
        .Select(a => a.Name!).Where(name => !name.StartsWith("System", StringComparison.Ordinal) && name is not ("netstandard" or "mscorlib" or "Microsoft.CSharp" or "Microsoft.Win32.Primitives") && !allowed.Contains(name))
        .Select(name => $"{assembly.GetName().Name} references {name}");

    public static IEnumerable<string> RequestsSayWhoMay(IEnumerable<Type> types) => types.Where(IsRequest)
        .Where(t => new[] { t.IsDefined(typeof(RequiresAttribute)), t.IsDefined(typeof(PublicAttribute)), t.IsDefined(typeof(SignedInAttribute)), t.IsAssignableTo(typeof(IRequiresPermission)), t.IsAssignableTo(typeof(IPlatformRequest)) }.Count(said => said) != 1)
        .Select(t => $"{t.Name} must say exactly once who may");

    public static IEnumerable<string> PermissionsAreKnown(IEnumerable<Type> types)
    {
        var known = typeof(Permissions).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!).ToHashSet();
        return types.Where(t => t.GetCustomAttribute<RequiresAttribute>() is { } requires && !known.Contains(requires.Permission)).Select(t => $"{t.Name} needs an unknown permission");
    }

    public static IEnumerable<string> HandlersAreInternalAndSealed(IEnumerable<Type> types) => types.Where(IsHandler)
        .Where(t => t.IsPublic || t.IsNestedPublic || !t.IsSealed).Select(t => $"{t.Name} must be internal and sealed");

    public static IEnumerable<string> HandlersNeverSave(IEnumerable<Type> types) => types.Where(IsHandler)
        .Where(t => t.GetConstructors().SelectMany(c => c.GetParameters()).Any(p => p.ParameterType == typeof(IUnitOfWork))).Select(t => $"{t.Name} must leave saving to the pipeline");

    public static IEnumerable<string> ReadsNameTheirTenant(IEnumerable<Type> types) => types
        .SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
        .Where(f => f is { IsLiteral: true } && f.FieldType == typeof(string) && ((string)f.GetRawConstantValue()!).TrimStart().StartsWith("select", StringComparison.OrdinalIgnoreCase))
        .Where(f => !((string)f.GetRawConstantValue()!).Contains("@TenantId", StringComparison.Ordinal)).Select(f => $"{f.DeclaringType!.Name}.{f.Name} reads without @TenantId");

    public static IEnumerable<string> AggregatesGuardTheirState(IEnumerable<Type> types) => types.Where(t => t is { IsAbstract: false } && t.IsSubclassOf(typeof(AggregateRoot)))
        .Where(t => t.GetConstructors().Length > 0 || t.GetProperties().Any(p => p.SetMethod is { IsPublic: true } && !IsInitOnly(p)) || !t.IsSealed)
        .Select(t => $"{t.Name} must be sealed, made by its factory and changed by its verbs");

    public static IEnumerable<string> DetailsAndEventsAreImmutable(IEnumerable<Type> types) => types
        .Where(t => t.IsSubclassOf(typeof(RecordDetails)) || (t.IsAssignableTo(typeof(IDomainEvent)) && !t.IsInterface))
        .Where(t => t.GetProperties().Any(p => p.SetMethod is { IsPublic: true } && !IsInitOnly(p))).Select(t => $"{t.Name} must be immutable");

    public static IEnumerable<string> EventsAreSealedRecords(IEnumerable<Type> types) => types.Where(t => t.IsAssignableTo(typeof(IDomainEvent)) && !t.IsInterface)
        .Where(t => !t.IsSealed || t.GetMethod("<Clone>$") is null).Select(t => $"{t.Name} must be a sealed record");

    public static IEnumerable<string> FilesFitOnAFewScreens(string root, int lines) => Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
        .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}") && !f.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}"))
        .Select(f => (File: f, Lines: File.ReadLines(f).Count())).Where(f => f.Lines > lines).Select(f => $"{Path.GetFileName(f.File)} has {f.Lines} lines");

    public static bool IsRequest(Type type) => type is { IsAbstract: false, IsInterface: false } && type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRequest<>));

    public static bool IsHandler(Type type) => type is { IsAbstract: false, IsInterface: false } && type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRequestHandler<,>));

    private static bool IsInitOnly(PropertyInfo property) => property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
}
