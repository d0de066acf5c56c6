using System.Text.RegularExpressions;
using Crm.Api.Http;

namespace Crm.Architecture.Tests;

/// <summary>What refuses, what is documented and what is served agree about the codes of errors.</summary>
public sealed partial class ErrorCodeTests
{
    [Fact]
    public void Every_code_that_the_code_uses_is_in_the_catalogue()
    {
        var used = Used(Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.EndsWith("/ErrorCodes.cs", StringComparison.Ordinal)).Select(File.ReadAllText));
        used.Count.ShouldBeGreaterThan(20);
        used.Except(ErrorCodes.All.Select(e => e.Code)).ShouldBeEmpty("They belong into src/Crm.Api/Http/ErrorCodes.cs and docs/api/errors.md.");
        Used(["""throw new CrmException(ErrorKind.Conflict, "NO_SUCH_CODE", "…")"""]).ShouldBe(["NO_SUCH_CODE"]);
    }

    [Fact]
    public void The_page_about_errors_lists_each_with_its_status()
    {
        var rows = File.ReadLines(Repository.PathOf("docs/api/errors.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).ToList();
        foreach (var error in ErrorCodes.All)
            rows.ShouldContain(row => row.Split('|', StringSplitOptions.None)[1].Contains($"{error.Status}") && row.Contains($"`{error.Code}`"), $"{error.Status} {error.Code}");
    }

    [Fact]
    public void No_code_is_listed_twice() => ErrorCodes.All.Select(e => e.Code).ShouldBeUnique();

    private static HashSet<string> Used(IEnumerable<string> sources) => [.. sources.SelectMany(text => Refusal().Matches(text)).Select(m => m.Groups[1].Value)];

    [GeneratedRegex("""(?:ErrorKind\.\w+|Conflict\(|HttpRefusal\(\d+|WriteAsync\(http, [^,"]+(?: \? [^,]*)?),? ?"([A-Z]+(?:_[A-Z]+)*)\b""")]
    private static partial Regex Refusal();
}
