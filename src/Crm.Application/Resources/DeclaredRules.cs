using Crm.Application.Binding;
using Crm.Domain.Common;
using FluentValidation;

namespace Crm.Application.Resources;

/// <summary>Validation from the declaration, for commands made in code as well as over HTTP.</summary>
public static class DeclaredRules
{
    /// <summary>Every member meets the limits its resource declares.</summary>
    public static IRuleBuilderOptionsConditions<T, TDetails> Meets<T, TDetails>(this IRuleBuilder<T, TDetails> rule, Resource resource)
        where TDetails : RecordDetails
    {
        var shape = BodyShape.Of(resource);
        return rule.Custom((details, context) =>
        {
            foreach (var field in shape.Fields)
            {
                if (field.ReadOnly) continue;
                var value = shape.Get(details, field.Name);
                if (value is null && field.IsRequired) context.AddFailure(field.Name, "is required");
                else if (field.Refusal(value) is { } refusal) context.AddFailure(field.Name, refusal);
            }
        });
    }
}
