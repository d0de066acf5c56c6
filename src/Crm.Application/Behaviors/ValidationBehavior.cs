using System.Text.Json;
using Crm.Application.Binding;
using Crm.Domain.Common;
using FluentValidation;
using MediatR;

namespace Crm.Application.Behaviors;

/// <summary>Runs the validators of a request.</summary>
public static class Validation
{
    /// <summary>
    /// Adds all that the validators find, by camelCase path. With <paramref name="readable"/>, the wire names of the members that could be read, only the
    /// rules of these are run: the others hold nothing.
    /// </summary>
    public static void Check(IEnumerable<IValidator> validators, object request, BindErrors errors, IReadOnlySet<string>? readable = null)
    {
        foreach (var validator in validators)
        {
            var context = readable is null ? new ValidationContext<object>(request)
                : ValidationContext<object>.CreateWithOptions(request, o => o.IncludeProperties([.. Members(request).Where(m => readable.Contains(Path(m)))]));
            foreach (var failure in validator.Validate(context).Errors) errors.Add(Path(failure.PropertyName), failure.ErrorMessage);
        }
    }

    private static IEnumerable<string> Members(object request) => request.GetType().GetProperties().Select(p => p.Name);

    private static string Path(string property) => string.Join('.', property.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));
}

/// <summary>Refuses a request with everything that its validators find, at once.</summary>
internal sealed class ValidationBehavior<TRequest, TResponse>(IEnumerable<IValidator<TRequest>> validators)
    : IPipelineBehavior<TRequest, TResponse> where TRequest : notnull
{
    public Task<TResponse> Handle(TRequest request, CancellationToken ct, RequestHandlerDelegate<TResponse> next)
    {
        var errors = new BindErrors();
        Validation.Check(validators, request, errors);
        errors.ThrowIfAny();
        return next();
    }
}
