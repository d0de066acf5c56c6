namespace Crm.Api.Tests.Fixture;

/// <summary>Conformance cases kept beside the project. Where they are absent a test says so and covers the behaviour with its own.</summary>
internal static class SharedData
{
    /// <summary>The path of a file or folder of the shared data, or null (and a line in the test's output) when it is not there.</summary>
    public static string? Find(string relative)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Crm.sln"))) continue;
            var path = Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "data", relative));
            if (Path.Exists(path)) return path;
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"The shared data '{relative}' is absent: only the project's own cases were run.");
        return null;
    }
}
