using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Pricing;
using FluentValidation;

namespace Crm.Application.Pricing;

/// <summary>Adds a new price book.</summary>
[Requires(Permissions.PriceBooksWrite)]
public sealed record CreatePriceBook(PriceBookDetails Details) : ICommand<Guid>;

internal sealed class CreatePriceBookValidator : AbstractValidator<CreatePriceBook>
{
    public CreatePriceBookValidator(PriceBookResource books) => RuleFor(c => c.Details).Meets(books);
}

internal sealed class CreatePriceBookHandler(IRepository<PriceBook> books, TimeProvider clock) : ICommandHandler<CreatePriceBook, Guid>
{
    public Task<Guid> Handle(CreatePriceBook command, CancellationToken ct)
    {
        var made = PriceBook.Publish(Ids.New(clock.GetUtcNow()), command.Details);
        books.Add(made);
        return Task.FromResult(made.Id);
    }
}
