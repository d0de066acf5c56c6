using Crm.Application.Abstractions;
using Crm.Domain.Common;

namespace Crm.Architecture.Tests;

/// <summary>One type per rule that breaks it on purpose: a rule that does not report its twin cannot fail and proves nothing.</summary>
internal static class BadTwins
{
    public sealed record Unguarded : ICommand<Guid>;

    [Requires("nothing.known"), Public]
    public sealed record TwiceGuarded : ICommand<Guid>;

    public class OpenHandler(IUnitOfWork unit) : ICommandHandler<Unguarded, Guid>
    {
        public async Task<Guid> Handle(Unguarded request, CancellationToken cancellationToken)
        {
            await unit.SaveAsync(cancellationToken);
            return Guid.Empty;
        }
    }

    public static class Reader
    {
        public const string Sql = "select * from crm_read.leads";
    }

    public record LooseDetails : RecordDetails
    {
        public string? Name { get; set; }
    }

    public class LooseEvent : IDomainEvent
    {
        public Guid Id { get; set; }
    }

    public sealed class OpenAggregate : Record<OpenAggregate, LooseDetails>
    {
        public int Score { get; set; }

        protected override void Guard(LooseDetails? before, LooseDetails after) { }
    }
}
