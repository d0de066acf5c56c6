using Crm.Application.Resources;
using MediatR;

namespace Crm.Application.Abstractions;

/// <summary>A request that changes something: runs in one transaction.</summary>
public interface ICommand : IBaseRequest;

/// <summary>A command and what it answers.</summary>
public interface ICommand<out TResult> : ICommand, IRequest<TResult>;

/// <summary>A request that reads: one round trip, no transaction of its own.</summary>
public interface IQuery<out TResult> : IRequest<TResult>;

/// <summary>A query that looks for one thing by its parameters and not by an id in the path; without any, the answer is 404.</summary>
public interface ILooksForOne;

/// <summary>Loads, calls one method of the aggregate, returns. Never saves, never checks permissions.</summary>
public interface ICommandHandler<in TCommand, TResult> : IRequestHandler<TCommand, TResult> where TCommand : ICommand<TResult>;

/// <summary>Answers a query, usually with one SQL constant through <see cref="IReadDb"/>.</summary>
public interface IQueryHandler<in TQuery, TResult> : IRequestHandler<TQuery, TResult> where TQuery : IQuery<TResult>;

/// <summary>Work that use cases of one feature share; found like them, made once per scope.</summary>
public interface ISharedByUseCases;

/// <summary>A call to another system that a command needs before its transaction opens, idempotent by the record's id.</summary>
public interface IPreparation<in TCommand>
{
    /// <summary>Runs after validation and before the transaction.</summary>
    Task PrepareAsync(TCommand command, CancellationToken ct);
}

/// <summary>Names the permission a request needs. A request with neither this nor <see cref="PublicAttribute"/> is refused.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RequiresAttribute(string permission) : Attribute
{
    /// <summary>One of <see cref="Permissions"/>.</summary>
    public string Permission { get; } = permission;
}

/// <summary>The request needs no token.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PublicAttribute : Attribute;

/// <summary>The request needs a signed-in caller and no permission besides. No scope stands for it, so API keys may make it only where that is said.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SignedInAttribute : Attribute
{
    /// <summary>True when an API key is as good as its user here.</summary>
    public bool AlsoByKey { get; init; }
}

/// <summary>A request of the platform itself, which its own key opens and nothing else: it acts for no organization, and may be about any. Each is noted in the platform's log.</summary>
public interface IPlatformRequest
{
    /// <summary>The organization it is about, if it is about one.</summary>
    Guid? AboutTenant => null;
}

/// <summary>The words a text parameter of a request, or each of a list, takes; any other is refused, and the OpenAPI document lists them.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class OneOfAttribute(params string[] words) : Attribute
{
    /// <summary>The words that the type lists as its static <c>All</c>.</summary>
    public OneOfAttribute(Type all) : this([.. (IReadOnlyList<string>)all.GetProperty("All")!.GetValue(null)!]) { }

    /// <summary>The words, in the order they are shown.</summary>
    public IReadOnlyList<string> Words { get; } = words;
}

/// <summary>An example of a request's parameter, as JSON, for the OpenAPI document. Needed where not any text will do.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ExampleAttribute(string json) : Attribute
{
    /// <summary>Such as <c>"2026-Q1"</c>, in quotes.</summary>
    public string Json { get; } = json;
}

/// <summary>A generic request whose permission follows from what it is about.</summary>
public interface IRequiresPermission
{
    /// <summary>One of <see cref="Permissions"/>.</summary>
    string Permission { get; }
}

/// <summary>A use case that is the same for every resource: telemetry tells which one it was.</summary>
public interface IConcernsResource
{
    /// <summary>The resource it is about.</summary>
    Resource Resource { get; }
}
