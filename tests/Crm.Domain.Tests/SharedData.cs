using System.Text.Json;

namespace Crm.Domain.Tests;

/// <summary>Conformance cases that lie beside the repository and may not be copied into it; tests add them to their own when they are there.</summary>
internal static class SharedData
{
    public static string? Find(string relativePath)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Crm.sln")))
            folder = folder.Parent;
        var path = folder is null ? null : Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "data", relativePath));
        if (File.Exists(path))
            return path;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"shared/data/{relativePath} is absent: this ran with the test's own cases only.");
        return null;
    }

    /// <summary>The text cases of a format file of the JSON Schema suite; none when the data is absent.</summary>
    public static IReadOnlyList<(string Text, bool Valid)> FormatCases(string file)
    {
        if (Find($"badinput/{file}") is not { } path)
            return [];
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        List<(string Text, bool Valid)> cases =
        [
            .. from suite in document.RootElement.EnumerateArray()
               from test in suite.GetProperty("tests").EnumerateArray()
               let data = test.GetProperty("data")
               where data.ValueKind == JsonValueKind.String
               select (data.GetString(), test.GetProperty("valid").GetBoolean()),
        ];
        cases.Count.ShouldBeGreaterThan(10); // a file read wrongly must not pass for a file without failures
        return cases;
    }
}
