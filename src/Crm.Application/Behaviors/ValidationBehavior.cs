using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Domain.Common;
using FluentValidation;
using MediatR;

namespace Crm.Application.Behaviors;

/// <summary>Runs a request's validators and refuses it with all failures at once, by camelCase path.</summary>
internal sealed class ValidationBehavior<TRequest, TResponse>(IEnumerable<IValidator<TRequest>> validators)
    : IPipelineBehavior<TRequest, TResponse> where TRequest : notnull
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken ct, RequestHandlerDelegate<TResponse> next)
    {
        Dictionary<string, List<string>>? errors = null;
        foreach (var validator in validators)
        {
            var result = await validator.ValidateAsync(request, ct);
            foreach (var failure in result.Errors)
            {
                errors ??= [];
                if (!errors.TryGetValue(Path(failure.PropertyName), out var messages)) errors[Path(failure.PropertyName)] = messages = [];
                messages.Add(failure.ErrorMessage);
            }
        }
        if (errors is not null) throw CrmException.Validation(errors.ToDictionary(e => e.Key, e => e.Value.ToArray()));
        return await next();
    }

    private static string Path(string property) => string.Join('.', property.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));
}
