using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Common;
using NSubstitute;

namespace Crm.Application.Tests.Records;

public sealed class CommandPartsTests
{
    private readonly IUnitOfWork _unit = Substitute.For<IUnitOfWork>();

    [Fact]
    public async Task A_part_that_succeeds_is_saved_and_kept()
    {
        (await TryAsync(() => Task.CompletedTask)).ShouldBeNull();
        Received.InOrder(() => { _unit.SavepointAsync(default); _unit.SaveAsync(default); _unit.ReleaseAsync(default); });
        await _unit.DidNotReceive().RollbackToSavepointAsync();
    }

    [Fact]
    public async Task A_part_that_is_refused_is_undone_and_tells_why()
    {
        var refusal = CrmException.NotFound("deal");
        (await TryAsync(() => throw refusal)).ShouldBe(refusal);
        await _unit.Received(1).RollbackToSavepointAsync();
        await _unit.DidNotReceive().ReleaseAsync(default);
    }

    [Fact]
    public async Task A_refusal_of_the_save_is_one_of_the_part()
    {
        var duplicate = CrmException.Conflict("DUPLICATE", "taken");
        _unit.SaveAsync(default).Returns(Task.FromException(duplicate));
        (await TryAsync(() => Task.CompletedTask)).ShouldBe(duplicate);
    }

    [Fact]
    public async Task A_database_that_is_down_fails_the_whole() =>
        await Should.ThrowAsync<CrmException>(() => TryAsync(() => throw new CrmException(ErrorKind.Unavailable, "UNAVAILABLE", "down")));

    private Task<CrmException?> TryAsync(Func<Task> part) => new CommandParts(_unit).TryAsync(part, default);
}
