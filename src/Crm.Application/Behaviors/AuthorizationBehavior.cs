using System.Collections.Concurrent;
using System.Reflection;
using Crm.Application.Abstractions;
using Crm.Application.Identity;
using Crm.Domain.Common;
using MediatR;

namespace Crm.Application.Behaviors;

/// <summary>Decides whether the caller may make a request. What names no permission is refused.</summary>
public static class Authorization
{
    private static readonly ConcurrentDictionary<Type, Rule> Rules = new();

    /// <summary>True when the request needs no token.</summary>
    public static bool IsPublic(Type request) => RuleOf(request).Public;

    /// <summary>True when the platform's key is needed, and nothing else will do.</summary>
    public static bool IsPlatform(Type request) => RuleOf(request).Platform;

    /// <summary>The permission a request type declares by attribute, if it does.</summary>
    public static string? PermissionOf(Type request) => RuleOf(request).Permission;

    /// <summary>Refuses a caller who may not.</summary>
    /// <exception cref="CrmException">UNAUTHENTICATED, FORBIDDEN.</exception>
    public static void Check(object request, IRequestContext context) =>
        Check(request.GetType(), (request as IRequiresPermission)?.Permission, context);

    /// <summary>The same before the request is built: <paramref name="permission"/> is what a generic request would ask for.</summary>
    public static void Check(Type request, string? permission, IRequestContext context)
    {
        var rule = RuleOf(request);
        if (rule.Public) return;
        if (rule.Platform)
        {
            if (!context.IsPlatform) throw IdentityErrors.Unauthenticated("This needs the platform's key.");
            return;
        }
        var caller = context.Caller;
        if (rule.SignedIn is { } signedIn)
        {
            if (caller.ApiKeyId is not null && !signedIn.AlsoByKey) throw CrmException.Forbidden("An API key cannot do this: it needs a user who signed in.");
            return;
        }
        permission ??= rule.Permission;
        if (permission is null) throw CrmException.Forbidden($"{request.Name} names no permission and is refused.");
        if (!caller.May(permission)) throw CrmException.Forbidden($"This needs the permission {permission}.");
    }

    /// <summary>True when a request of this type may come with an API key.</summary>
    public static bool TakesKeys(Type request) => RuleOf(request).SignedIn is not { AlsoByKey: false };

    private static Rule RuleOf(Type request) => Rules.GetOrAdd(request, static t => new Rule(t.GetCustomAttribute<RequiresAttribute>()?.Permission,
        t.IsDefined(typeof(PublicAttribute)), t.IsAssignableTo(typeof(IPlatformRequest)), t.GetCustomAttribute<SignedInAttribute>()));

    private readonly record struct Rule(string? Permission, bool Public, bool Platform, SignedInAttribute? SignedIn);
}

internal sealed class AuthorizationBehavior<TRequest, TResponse>(IRequestContext context) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : notnull
{
    public Task<TResponse> Handle(TRequest request, CancellationToken ct, RequestHandlerDelegate<TResponse> next)
    {
        Authorization.Check(request, context);
        return next();
    }
}
