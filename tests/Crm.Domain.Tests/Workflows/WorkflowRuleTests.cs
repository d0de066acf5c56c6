using System.Text.Json;
using Crm.Domain.Common;
using Crm.Domain.Workflows;

namespace Crm.Domain.Tests.Workflows;

public sealed class WorkflowRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero), Later = Now.AddHours(1);

    [Fact]
    public void It_counts_from_when_it_is_switched_on_and_from_when_its_trigger_changes()
    {
        var rule = WorkflowRule.Define(Ids.New(Now), Details() with { IsActive = false }, Now);
        rule.ActiveSince.ShouldBeNull();
        rule.Revise(rule.Details with { IsActive = true }, Now);
        rule.ActiveSince.ShouldBe(Now);
        rule.Revise(rule.Details with { Name = "Another" }, Later);
        rule.ActiveSince.ShouldBe(Now);
        rule.Revise(rule.Details with { Trigger = new WorkflowTrigger { Type = WorkflowTriggerType.RecordDeleted } }, Later);
        rule.ActiveSince.ShouldBe(Later);
        rule.Revise(rule.Details with { IsActive = false }, Later);
        rule.ActiveSince.ShouldBeNull();
    }

    [Fact]
    public void It_has_a_name_one_to_fifty_steps_and_one_resource_for_ever()
    {
        Should.Throw<CrmException>(() => WorkflowRule.Define(Ids.New(Now), Details() with { Name = "" }, Now)).Errors!.Keys.ShouldBe(["name"]);
        Should.Throw<CrmException>(() => WorkflowRule.Define(Ids.New(Now), Details() with { Actions = ValueList<WorkflowAction>.Empty }, Now)).Errors!.Keys.ShouldBe(["actions"]);
        var rule = WorkflowRule.Define(Ids.New(Now), Details(), Now);
        Should.Throw<CrmException>(() => rule.Revise(rule.Details with { Resource = "deals" }, Now)).Errors!.Keys.ShouldBe(["resource"]);
        Should.Throw<CrmException>(() => rule.Revise(rule.Details with { Actions = ValueList.Of(Enumerable.Repeat(rule.Details.Actions[0], 51)) }, Now)).Errors!.Keys.ShouldBe(["actions"]);
    }

    [Fact]
    public void Json_that_says_the_same_is_the_same()
    {
        var (one, same, other) = (Json("""{"a": 1.0, "b": [true]}"""), Json("""{"b":[true],"a":1}"""), Json("""{"a": 2}"""));
        one.ShouldBe(same);
        one.GetHashCode().ShouldBe(same.GetHashCode());
        one.ShouldNotBe(other);
        FreeJson.Of(JsonSerializer.Deserialize<JsonElement>("null")).ShouldBeNull();
    }

    private static FreeJson Json(string text) => FreeJson.Of(JsonSerializer.Deserialize<JsonElement>(text))!;

    private static WorkflowRuleDetails Details() => new()
    {
        Name = "Rule", Resource = "leads", Trigger = new WorkflowTrigger { Type = WorkflowTriggerType.RecordCreated },
        Actions = ValueList.Of([new WorkflowAction { Type = WorkflowActionType.Wait, Minutes = 1 }]),
    };
}
