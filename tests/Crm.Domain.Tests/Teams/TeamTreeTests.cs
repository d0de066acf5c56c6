using Crm.Domain.Common;
using Crm.Domain.Teams;

namespace Crm.Domain.Tests.Teams;

public sealed class TeamTreeTests
{
    private static readonly Guid[] Teams = [.. Enumerable.Range(0, 14).Select(_ => Guid.CreateVersion7())];

    [Fact]
    public void Anything_may_stand_alone() => Chain(10).Check(Teams[0], null);

    [Fact]
    public void A_team_is_not_below_itself()
    {
        foreach (var parent in Teams[..4]) Refusal(() => Chain(4).Check(Teams[0], parent)).Code.ShouldBe("INVALID_STATE");
        Chain(4).Check(Teams[3], Teams[0]);
        Chain(4).Check(Teams[0], Teams[9]);
    }

    [Fact]
    public void A_tree_is_ten_deep_at_most()
    {
        Chain(9).Check(Teams[12], Teams[8]);
        Refusal(() => Chain(10).Check(Teams[12], Teams[9])).Errors!.Keys.ShouldBe(["parentId"]);
        // What is moved takes along what is below it.
        var twoChains = new TeamTree(new Dictionary<Guid, Guid?> { [Teams[0]] = null, [Teams[1]] = Teams[0], [Teams[2]] = Teams[1], [Teams[3]] = Teams[2], [Teams[4]] = Teams[3],
            [Teams[5]] = null, [Teams[6]] = Teams[5], [Teams[7]] = Teams[6], [Teams[8]] = Teams[7], [Teams[9]] = Teams[8], [Teams[10]] = Teams[9] });
        Refusal(() => twoChains.Check(Teams[5], Teams[4])).Code.ShouldBe("INVALID_STATE");
        twoChains.Check(Teams[5], Teams[3]);
    }

    /// <summary>The first of so many teams is the top, each of the others is part of the one before.</summary>
    private static TeamTree Chain(int length) => new(Teams[..length].Select((id, i) => (id, i)).ToDictionary(t => t.id, t => t.i == 0 ? (Guid?)null : Teams[t.i - 1]));

    private static CrmException Refusal(Action act) => Should.Throw<CrmException>(act);
}
