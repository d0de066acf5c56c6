using Crm.Domain.Common;

namespace Crm.Domain.Tests.Common;

public sealed class RecordTreeTests
{
    private static readonly Guid[] Records = [.. Enumerable.Range(0, 14).Select(_ => Guid.CreateVersion7())];

    [Fact]
    public void Anything_may_stand_alone() => Chain(10).Check(Records[0], null);

    [Fact]
    public void A_record_is_not_below_itself()
    {
        foreach (var parent in Records[..4]) Refusal(() => Chain(4).Check(Records[0], parent)).Code.ShouldBe("INVALID_STATE");
        Chain(4).Check(Records[3], Records[0]);
        Chain(4).Check(Records[0], Records[9]);
    }

    [Fact]
    public void A_tree_is_ten_deep_at_most()
    {
        Chain(9).Check(Records[12], Records[8]);
        Refusal(() => Chain(10).Check(Records[12], Records[9])).Errors!.Keys.ShouldBe(["parentId"]);
        // What is moved takes along what is below it.
        var twoChains = new RecordTree(new Dictionary<Guid, Guid?> { [Records[0]] = null, [Records[1]] = Records[0], [Records[2]] = Records[1], [Records[3]] = Records[2], [Records[4]] = Records[3],
            [Records[5]] = null, [Records[6]] = Records[5], [Records[7]] = Records[6], [Records[8]] = Records[7], [Records[9]] = Records[8], [Records[10]] = Records[9] });
        Refusal(() => twoChains.Check(Records[5], Records[4])).Code.ShouldBe("INVALID_STATE");
        twoChains.Check(Records[5], Records[3]);
    }

    /// <summary>The first of so many records is the top, each of the others is part of the one before.</summary>
    private static RecordTree Chain(int length) => new(Records[..length].Select((id, i) => (id, i)).ToDictionary(t => t.id, t => t.i == 0 ? (Guid?)null : Records[t.i - 1]));

    private static CrmException Refusal(Action act) => Should.Throw<CrmException>(act);
}
