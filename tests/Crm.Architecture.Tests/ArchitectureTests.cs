using System.Reflection;
using Crm.Application.Abstractions;
using Crm.Domain.Common;

namespace Crm.Architecture.Tests;

/// <summary>Each rule is run on the product, which must keep it, and on a deliberately bad twin, which it must report.</summary>
public sealed class ArchitectureTests
{
    private static readonly Type[] Twins = typeof(BadTwins).GetNestedTypes();
    private static readonly Assembly Domain = typeof(AggregateRoot).Assembly, Application = typeof(ICommand).Assembly;
    private static readonly Type[] Product = [.. Domain.GetTypes(), .. Application.GetTypes(), .. typeof(Infrastructure.DependencyInjection).Assembly.GetTypes(), .. typeof(Program).Assembly.GetTypes()];

    [Fact]
    public void The_domain_references_nothing()
    {
        Rules.ReferencesOnly(Domain).ShouldBeEmpty();
        Rules.ReferencesOnly(typeof(ArchitectureTests).Assembly).ShouldNotBeEmpty();
    }

    [Fact]
    public void The_application_knows_neither_database_nor_http()
    {
        Rules.ReferencesOnly(Application, "Crm.Domain", "MediatR", "FluentValidation", "AutoMapper").ShouldBeEmpty();
        Rules.ReferencesOnly(typeof(Infrastructure.DependencyInjection).Assembly, "Crm.Domain", "MediatR", "FluentValidation", "AutoMapper").ShouldNotBeEmpty();
    }

    [Fact]
    public void Every_request_says_who_may_make_it() => Holds(Rules.RequestsSayWhoMay, nameof(BadTwins.Unguarded), nameof(BadTwins.TwiceGuarded));

    [Fact]
    public void Every_permission_asked_for_exists() => Holds(Rules.PermissionsAreKnown, nameof(BadTwins.TwiceGuarded));

    [Fact]
    public void Handlers_are_internal_and_sealed() => Holds(Rules.HandlersAreInternalAndSealed, nameof(BadTwins.OpenHandler));

    [Fact]
    public void Handlers_never_save() => Holds(Rules.HandlersNeverSave, nameof(BadTwins.OpenHandler));

    [Fact]
    public void Every_read_names_its_tenant()
    {
        Rules.ReadsNameTheirTenant(Application.GetTypes()).ShouldBeEmpty();
        Rules.ReadsNameTheirTenant(Twins).ShouldHaveSingleItem().ShouldContain(nameof(BadTwins.Reader));
    }

    [Fact]
    public void Aggregates_guard_their_state() => Holds(Rules.AggregatesGuardTheirState, nameof(BadTwins.OpenAggregate));

    [Fact]
    public void Details_and_events_are_immutable() => Holds(Rules.DetailsAndEventsAreImmutable, nameof(BadTwins.LooseDetails), nameof(BadTwins.LooseEvent));

    [Fact]
    public void Events_are_sealed_records() => Holds(Rules.EventsAreSealedRecords, nameof(BadTwins.LooseEvent));

    [Fact]
    public void Files_fit_on_a_few_screens()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Crm.sln"))) root = root.Parent!;
        Rules.FilesFitOnAFewScreens(Path.Combine(root.FullName, "src"), 250).ShouldBeEmpty();
        Rules.FilesFitOnAFewScreens(Path.Combine(root.FullName, "tests"), 250).ShouldBeEmpty();
        Rules.FilesFitOnAFewScreens(Path.Combine(root.FullName, "src"), 20).ShouldNotBeEmpty();
    }

    private static void Holds(Func<IEnumerable<Type>, IEnumerable<string>> rule, params string[] twins)
    {
        rule(Product).ShouldBeEmpty();
        var reported = rule(Twins).ToList();
        foreach (var twin in twins) reported.ShouldContain(r => r.Contains(twin));
    }
}
