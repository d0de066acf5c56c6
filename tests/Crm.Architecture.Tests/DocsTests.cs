namespace Crm.Architecture.Tests;

/// <summary>The documentation is true to the tree. Each rule is also run on a page that breaks it.</summary>
public sealed class DocsTests
{
    private static readonly Page Bad = new("docs/bad.md", """
        # Bad

        See [nowhere](nowhere.md), [no heading](testing.md#no-such-heading) and [here](#bad).
        The file `src/Crm.Domain/Nowhere.cs` has `NoSuchType`, and the table `crm.no_such_table` is beside `crm.leads`.
        Set `Nothing__Reads` or `ConnectionStrings__Nobody`.

        ```csharp
        // src/Crm.Application/Work/CompleteTask.cs
                var task = await tasks.GetAsync(command.Id, ct);
        …
                task.Forget();
        ```
        """);

    [Fact]
    public void Every_link_leads_somewhere() => Holds(PageRules.Links, "nowhere.md", "#no-such-heading");

    [Fact]
    public void Every_path_exists() => Holds(PageRules.Paths, "src/Crm.Domain/Nowhere.cs");

    [Fact]
    public void Every_name_is_in_the_code() => Holds(PageRules.Names, "NoSuchType", "crm.no_such_table");

    [Fact]
    public void Every_quotation_is_exact() => Holds(PageRules.Quotes, "task.Forget();");

    [Fact]
    public void Every_setting_is_read() => Holds(PageRules.Settings, "Nothing__Reads", "ConnectionStrings__Nobody");

    [Fact]
    public void Every_setting_that_is_read_is_in_the_operations_page()
    {
        PageRules.MissingSettings(Page.All.Single(page => page.Path == "docs/operations.md")).ShouldBeEmpty();
        PageRules.MissingSettings(Bad, """configuration["CRM_DATA_DIR"], GetConnectionString("Crm"), configuration.GetValue("Postgres:Fsync", true)""")
            .ShouldBe(["docs/bad.md does not mention CRM_DATA_DIR", "docs/bad.md does not mention ConnectionStrings__Crm", "docs/bad.md does not mention Postgres__Fsync"]);
    }

    [Fact]
    public void The_readme_stays_short() => Page.All.Single(page => page.Path == "README.md").Text.Split('\n').Length.ShouldBeLessThan(150);

    [Fact]
    public void Every_decision_is_listed()
    {
        var index = Page.All.Single(page => page.Path == "docs/decisions/README.md").Text;
        Page.All.Where(page => page.Path.StartsWith("docs/decisions/0", StringComparison.Ordinal))
            .ShouldAllBe(page => index.Contains($"({Path.GetFileName(page.Path)})"));
    }

    private static void Holds(Func<Page, IEnumerable<string>> rule, params string[] wrong)
    {
        Page.All.SelectMany(rule).ShouldBeEmpty();
        var found = rule(Bad).ToList();
        found.Count.ShouldBe(wrong.Length);
        foreach (var (message, part) in found.Zip(wrong)) message.ShouldContain(part);
    }
}
