using System.Reflection;
using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Records;
using Crm.Application.Resources;
using MediatR;

namespace Crm.Api.Http;

/// <summary>One line of a routing table: method, path, use case, answer. Everything else follows from it.</summary>
internal sealed record Route(string Method, string Path, Type Request, Answers Answers, Resource? Resource = null)
{
    /// <summary>The result type of the use case.</summary>
    public Type Result { get; } = Request.GetInterfaces().First(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRequest<>)).GetGenericArguments()[0];

    /// <summary>True for commands.</summary>
    public bool Writes { get; } = Request.IsAssignableTo(typeof(ICommand));

    /// <summary>True when no token is needed.</summary>
    public bool IsPublic => Authorization.IsPublic(Request);

    /// <summary>True when the platform's key opens it, and nothing else does.</summary>
    public bool IsPlatform => Authorization.IsPlatform(Request);

    /// <summary>True when a body is read.</summary>
    public bool HasBody => Method is "POST" or "PUT" or "PATCH" && !BodyIsNone;

    /// <summary>True for actions that take nothing but the path.</summary>
    public bool BodyIsNone { get; init; }

    /// <summary>True when the body is a form with a file in it.</summary>
    public bool IsUpload { get; init; }

    /// <summary>True when a record has that file from then on; else it is read and given up.</summary>
    public bool KeepsContent { get; init; }

    /// <summary>The media type of a body that is taken as it is; null for JSON.</summary>
    public string? RawType { get; init; }

    /// <summary>A header that such a body needs beside it; null for none.</summary>
    public string? RawHeader { get; init; }

    /// <summary>True when the body is read as JSON.</summary>
    public bool HasJson => HasBody && RawType is null;

    /// <summary>The largest body.</summary>
    public int BodyLimit { get; init; } = 1 << 20;

    /// <summary>True when it is about the caller's own sign-in.</summary>
    public bool IsAboutSignIn => Path.StartsWith("auth/", StringComparison.Ordinal);

    /// <summary>True when answers are secrets: they are neither stored for a retry nor compressed.</summary>
    public bool AnswersSecrets => IsAboutSignIn || Path.StartsWith("api-keys", StringComparison.Ordinal) || Request.IsAssignableTo(typeof(ICommand<ShownOnce>)) || Result.IsAssignableTo(typeof(ISecretAnswer));

    /// <summary>True when keys of safe retries are taken.</summary>
    public bool TakesIdempotencyKey => Method != "GET" && Writes && !AnswersSecrets && !IsPublic && !IsPlatform;

    /// <summary>That it will go away, if it will.</summary>
    public Deprecation? Deprecation { get; init; }

    /// <summary>Names the operation; the use case's name with the resource's where the use case is generic.</summary>
    public required string OperationId { get; init; }

    /// <summary>One line for people.</summary>
    public required string Summary { get; init; }

    /// <summary>The group it is shown in: the first segment of the path.</summary>
    public string Tag => Path.Split('/')[0];

    /// <summary>The names in braces.</summary>
    public IReadOnlySet<string> Parameters { get; } = Path.Split('/').Where(s => s.StartsWith('{')).Select(s => s.Trim('{', '}')).ToHashSet(StringComparer.Ordinal);

    /// <summary>The permission a generic request will ask for, known before it is built.</summary>
    public string? Permission { get; private init; }

    /// <summary>read, write or delete, for generic requests.</summary>
    public string? Verb
    {
        get;
        init => (field, Permission) = (value, value is not null && Request.IsAssignableTo(typeof(IRequiresPermission)) ? Resource?.Permission(value) : null);
    }
}

/// <summary>A table of routes, one file per resource.</summary>
internal interface IEndpoints
{
    /// <summary>Adds the table's lines.</summary>
    void Map(Routes routes);
}

/// <summary>All routing tables, discovered.</summary>
internal static class RouteTables
{
    public static IServiceCollection AddRouteTables(this IServiceCollection services)
    {
        foreach (var table in Assembly.GetExecutingAssembly().GetTypes().Where(t => t is { IsAbstract: false, IsInterface: false } && t.IsAssignableTo(typeof(IEndpoints))).OrderBy(t => t.Name, StringComparer.Ordinal))
            services.AddSingleton(typeof(IEndpoints), table);
        return services.AddSingleton<RouteList>();
    }
}
