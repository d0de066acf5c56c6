using Crm.Application.Assignments;

namespace Crm.Application.Tests.Assignments;

public sealed class AssignerTests
{
    [Fact]
    public void Turns_go_round_and_who_is_not_active_is_passed_over()
    {
        var order = Enumerable.Range(0, 4).Select(_ => Guid.NewGuid()).ToList();
        var active = order.ToHashSet();
        Turns(order, active, null, 9).ShouldBe([0, 1, 2, 3, 0, 1, 2, 3, 0]);
        active.Remove(order[1]);
        active.Remove(order[2]);
        Turns(order, active, order[0], 4).ShouldBe([3, 0, 3, 0]);
        Turns(order, active, order[1], 2).ShouldBe([3, 0], "also where the last one has gone");
        Turns(order, active, Guid.NewGuid(), 2).ShouldBe([0, 3], "or is no longer in the pool");
        Turns(order, [order[2]], order[2], 3).ShouldBe([2, 2, 2]);
    }

    [Fact]
    public void However_many_are_active_each_gets_as_many_as_any_other()
    {
        var random = new Random(3);
        for (var round = 0; round < 500; round++)
        {
            var order = Enumerable.Range(0, random.Next(1, 12)).Select(_ => Guid.NewGuid()).ToList();
            var active = order.Where(_ => random.Next(3) > 0).Append(order[random.Next(order.Count)]).ToHashSet();
            Guid? last = random.Next(2) == 0 ? null : order[random.Next(order.Count)];
            var turns = Turns(order, active, last, active.Count * 5);
            turns.ShouldAllBe(i => active.Contains(order[i]));
            turns.GroupBy(i => i).Select(g => g.Count()).ShouldAllBe(n => n == 5);
        }
    }

    private static List<int> Turns(List<Guid> order, HashSet<Guid> active, Guid? last, int count)
    {
        var turns = new List<int>();
        for (var i = 0; i < count; i++) turns.Add(order.IndexOf((last = Assigner.After(last, order, active)).Value));
        return turns;
    }
}
