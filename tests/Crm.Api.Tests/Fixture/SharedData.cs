namespace Crm.Api.Tests.Fixture;

/// <summary>Conformance cases kept beside the project. Where they are absent a test says so and covers the behaviour with its own.</summary>
internal static class SharedData
{
    /// <summary>The path of a file or folder of the shared data, or null (and a line in the test's output) when it is not there.</summary>
    public static string? Find(string relative)
    {
        if (Repository.Root is { } root && Path.GetFullPath(Path.Combine(root, "..", "shared", "data", relative)) is var path && Path.Exists(path)) return path;
        TestContext.Current.TestOutputHelper?.WriteLine($"The shared data '{relative}' is absent: only the project's own cases were run.");
        return null;
    }
}
